import type { FastifyInstance, FastifyRequest } from 'fastify';
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
  /** Throws AppError unless the caller may read metrics: the scope `metrics`, or any role with a whole key or a sign-in. */
  authorizeMetrics: (request: FastifyRequest) => Promise<void>;
  openapi: () => object | Promise<object>;
}

const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** The gateway's HTTP paths. They answer alike on the public origin and on realtime's own port. */
export function registerGatewayRoutes(app: FastifyInstance, options: GatewayRoutesOptions): void {
  const info = gatewayInfo(options.config);
  getBoth(app, '/api/v1/info', () => info);
  getBoth(app, '/api/live/', () => ({ status: 'ok' }));
  getBoth(app, '/api/ready/', async (_request, reply) => {
    const readiness = await options.readiness.check();
    return reply.code(readiness.status === 'ready' ? 200 : 503).header('cache-control', 'no-store').send(readiness);
  });
  getBoth(app, '/api/metrics', async (request, reply) => {
    const refusal = await options.authorizeMetrics(request).then(() => null, toAppError);
    if (refusal) return sendError(reply, refusal);
    return reply.type(METRICS_TYPE).send(await options.metrics());
  });
  getBoth(app, '/api/openapi.json', () => options.openapi());
  registerDocs(app);
}
