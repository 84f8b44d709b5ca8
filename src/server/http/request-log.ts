import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Counter, Histogram, type Registry } from 'prom-client';
import { pathOf } from './api-paths';

/** Asked for all day by machines: not worth a line each. */
const QUIET = /^\/(api\/(live|ready|metrics)|_next)(\/|$)/;

/** Links that are secrets themselves carry their token in the path. */
const SECRET_PATH = /^((?:\/api)?\/(?:invitations\/by-token|password-resets|invite|reset-password)\/)[^/]+/;
const shownPath = (path: string) => path.replace(SECRET_PATH, '$1[secret]');

/** A line and a measurement for each answer. The line has the path without its query, where keys and words may be. */
export function registerRequestLog(app: FastifyInstance, registry: Registry): void {
  const duration = new Histogram({
    name: 'parley_http_request_duration_seconds', help: 'Time to answer an HTTP request, by route.',
    labelNames: ['method', 'route', 'status'], buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5], registers: [registry],
  });
  const unexpected = new Counter({ name: 'parley_unexpected_errors_total', help: 'Answers with status 500: each is a bug.', registers: [registry] });

  const record = (request: FastifyRequest, reply: FastifyReply): void => {
    const path = pathOf(request.url);
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    duration.observe({ method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode }, reply.elapsedTime / 1_000);
    if (request.unexpected) unexpected.inc();
    request.log[QUIET.test(path) ? 'debug' : 'info']({ method: request.method, path: shownPath(path), status: reply.statusCode, ms, ...(reply.raw.writableFinished ? {} : { cut: true }) }, 'request');
  };
  // Not onResponse: that one never runs for an answer that was cut short, by the caller or by an error in its middle.
  app.addHook('onRequest', (request, reply, done) => {
    reply.raw.once('close', () => record(request, reply));
    done();
  });
}
