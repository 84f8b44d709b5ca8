import type { FastifyInstance } from 'fastify';
import { AppError } from '../platform/errors';
import { sendError } from './errors';

/**
 * Call first; call the function it returns after the last API route. Every other method of a known path is then 405
 * with Allow, and OPTIONS names the methods.
 */
export function collectMethods(app: FastifyInstance): () => void {
  const methodsOf = new Map<string, Set<string>>();
  let collecting = true;
  app.addHook('onRoute', ({ url, method }) => {
    if (!collecting || url.includes('*') || url.startsWith('/api/trpc')) return;
    const path = url.replace(/(.)\/$/, '$1').replace(/:\w+/g, ':x'); // parameters may be named differently for each method
    const methods = methodsOf.get(path) ?? methodsOf.set(path, new Set()).get(path)!;
    for (const one of [method].flat()) methods.add(one);
  });
  return () => {
    collecting = false;
    for (const [url, methods] of methodsOf) {
      const allow = [...methods, 'OPTIONS'].join(', ');
      app.route({
        method: app.supportedMethods.filter((method) => !methods.has(method)),
        url,
        handler: (request, reply) => {
          reply.header('allow', allow);
          if (request.method === 'OPTIONS') return reply.code(204).send();
          return sendError(reply, new AppError('method_not_allowed', `Method ${request.method} is not allowed here; allowed: ${allow}`));
        },
      });
    }
  };
}
