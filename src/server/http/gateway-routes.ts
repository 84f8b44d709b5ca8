import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Scope } from '../auth/principal';
import type { Config } from '../platform/config';
import { gatewayInfo } from '../health/gateway-info';
import type { ReadinessProbe } from '../health/readiness';
import { toAppError } from '../platform/errors';
import { sendError } from './errors';
import { registerDocs } from './docs';
import { getBoth } from './get-both';

export interface GatewayRoutesOptions {
  config: Config;
  readiness: ReadinessProbe;
  /** The Prometheus exposition. */
  metrics: () => Promise<string>;
  /** Throws AppError unless the caller has a role, and, for a key that is limited, the scope. */
  authorize: (request: FastifyRequest, scope: Scope) => Promise<void>;
  openapi: () => object | Promise<object>;
}

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The gateway's HTTP paths. They answer alike on the public origin and on realtime's own port. */
export function registerGatewayRoutes(app: FastifyInstance, options: GatewayRoutesOptions): void {
  const info = gatewayInfo(options.config);
  /** Answers what `answer` gives to callers with the scope, and why not to others. */
  const guarded = (scope: Scope, answer: (reply: FastifyReply) => Promise<FastifyReply>) => async (request: FastifyRequest, reply: FastifyReply) => {
    const refusal = await options.authorize(request, scope).then(() => null, toAppError);
    return refusal ? sendError(reply, refusal) : await answer(reply);
  };
  getBoth(app, '/api/v1/info', guarded('realtime', async (reply) => reply.send(info)));
  getBoth(app, '/api/live/', () => ({ status: 'ok' }));
  getBoth(app, '/api/ready/', async (_request, reply) => {
    const readiness = await options.readiness.check();
    return reply.code(readiness.status === 'ready' ? 200 : 503).header('cache-control', 'no-store').send(readiness);
  });
  getBoth(app, '/api/metrics', guarded('metrics', async (reply) => reply.type(METRICS_TYPE).send(await options.metrics())));
  getBoth(app, '/api/openapi.json', () => options.openapi());
  registerDocs(app);
}
