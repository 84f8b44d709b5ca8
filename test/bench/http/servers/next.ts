import { createServer } from 'node:http';
import { callTRPCProcedure } from '@trpc/server';
import next from 'next';
import { RateLimiter } from '@/server/api/rate-limiter';
import { appRouter } from '@/server/api/root-router';
import { productServices } from './product';
import { nextApp, port } from './settings';

const { services, logger, authenticator } = productServices();
const limiter = new RateLimiter();

declare global {
  var benchAgents: (request: Request) => Promise<unknown>;
}

/** The same procedure with the same context as the REST adapter's. */
globalThis.benchAgents = (request) => callTRPCProcedure({
  router: appRouter, path: 'agents.list', type: 'query', signal: request.signal, batchIndex: 0, getRawInput: () => Promise.resolve({}),
  ctx: {
    services, requestId: 'bench', log: logger, limiter, caller: { address: '127.0.0.1', userAgent: '', origin: '' }, setHeader: () => {}, forget: () => {},
    authenticate: () => authenticator.authenticate({ headers: Object.fromEntries(request.headers), remoteAddress: '127.0.0.1', url: request.url }),
  },
});

const app = next({ dev: false, dir: nextApp });
await app.prepare();
const handle = app.getRequestHandler();
createServer((request, response) => void handle(request, response)).listen(port, '127.0.0.1');
