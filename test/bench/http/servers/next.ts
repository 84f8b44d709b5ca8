import { createServer } from 'node:http';
import { callTRPCProcedure } from '@trpc/server';
import type { FastifyRequest } from 'fastify';
import next from 'next';
import { RateLimiter } from '@/server/api/rate-limiter';
import { appRouter } from '@/server/api/root-router';
import { createRequestAuthenticator } from '@/server/http/authenticate-request';
import { productServices } from './product';
import { nextApp, port } from './settings';

const { services, logger, authenticator } = productServices();
const limiter = new RateLimiter();
const callers = createRequestAuthenticator(authenticator);

declare global {
  var benchAgents: (request: Request) => Promise<unknown>;
}

/** The same procedure with the same context and credentials as the REST adapter's. */
globalThis.benchAgents = (request) => callTRPCProcedure({
  router: appRouter, path: 'agents.list', type: 'query', signal: request.signal, batchIndex: 0, getRawInput: () => Promise.resolve({}),
  ctx: {
    services, requestId: 'bench', log: logger, limiter, caller: { address: '127.0.0.1', userAgent: '', origin: '' }, forget: () => {},
    authenticate: () => callers.authenticate({ headers: Object.fromEntries(request.headers), socket: { remoteAddress: '127.0.0.1' }, ip: '127.0.0.1', url: request.url } as FastifyRequest),
  },
});

const app = next({ dev: false, dir: nextApp });
await app.prepare();
const handle = app.getRequestHandler();
createServer((request, response) => void handle(request, response)).listen(port, '127.0.0.1');
