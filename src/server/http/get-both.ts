import type { FastifyInstance, RouteHandlerMethod } from 'fastify';

/** Registers a route with and without a trailing slash, on servers that tell the two apart and on those that do not. */
export function getBoth(app: FastifyInstance, path: string, handler: RouteHandlerMethod): void {
  const bare = path.replace(/\/$/, '');
  app.get(bare, handler);
  const { ignoreTrailingSlash, routerOptions } = app.initialConfig;
  if (!ignoreTrailingSlash && !routerOptions?.ignoreTrailingSlash) app.get(`${bare}/`, handler);
}
