import { readFileSync } from 'node:fs';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyReply } from 'fastify';
import { RateLimiter } from '@/server/api/rate-limiter';
import { sharedRoutes } from '@/server/api/routes';
import type { Authenticator } from '@/server/auth/authenticate';
import { createRequestAuthenticator } from '@/server/http/authenticate-request';
import { fromFrameworkError, sendError } from '@/server/http/errors';
import { collectMethods } from '@/server/http/method-not-allowed';
import { registerRoutes } from '@/server/http/routes';
import { registerSecurity } from '@/server/http/security';
import type { ReadinessProbe } from '@/server/health/readiness';
import type { Config } from '@/server/platform/config';
import { AppError } from '@/server/platform/errors';
import type { Logger } from '@/server/platform/logger';
import { registerControlRoutes, type ControlRoutesOptions } from '../control/control-routes';

export interface GatewayOptions {
  config: Config;
  logger: Logger;
  authenticator: Authenticator;
  readiness: ReadinessProbe;
  metrics(): Promise<string>;
  openapi(): object | Promise<object>;
  control: ControlRoutesOptions;
}

/** HTTP on realtime's own port: every path of the gateway's page, the console's address, and the control API. Does not listen. */
export async function buildGateway(options: GatewayOptions): Promise<FastifyInstance> {
  const { config, authenticator, logger } = options;
  const { tls, publicUrl, port } = config.web;
  const app: FastifyInstance = Fastify({
    ...(tls ? { https: { cert: readFileSync(tls.cert), key: readFileSync(tls.key) } } : {}),
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: config.web.trustedProxies.length > 0 ? [...config.web.trustedProxies] : false,
    forceCloseConnections: true, // a kept-alive scrape must not hold up the drain
    routerOptions: { ignoreTrailingSlash: true },
    frameworkErrors: (error, _request, reply) => { sendError(reply as FastifyReply, fromFrameworkError(error)); },
  });
  app.setErrorHandler<Error>((error, _request, reply) => sendError(reply, fromFrameworkError(error)));
  app.setNotFoundHandler((_request, reply) => sendError(reply, new AppError('not_found', 'Not Found')));
  registerSecurity(app, { dev: config.mode === 'development', publicUrl });
  const refuseOtherMethods = collectMethods(app);

  const limiter = new RateLimiter();
  const callers = createRequestAuthenticator(authenticator, { limiter });
  await registerRoutes(app, sharedRoutes, {
    services: { config, readiness: options.readiness, metrics: () => options.metrics(), openapi: () => options.openapi() },
    authenticate: (request) => callers.authenticate(request),
    limiter,
    closing: new AbortController().signal, // no event stream among them
  });
  registerControlRoutes(app, options.control);
  app.get('/', (request, reply) => {
    const console = publicUrl ?? `${tls ? 'https' : 'http'}://${request.hostname.includes(':') ? `[${request.hostname}]` : request.hostname}:${port}`;
    return reply.redirect(`${console}/`, 302);
  });
  refuseOtherMethods();
  return app;
}
