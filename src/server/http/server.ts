import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import rateLimit from '@fastify/rate-limit';
import { fastifyTRPCPlugin, type FastifyTRPCPluginOptions } from '@trpc/server/adapters/fastify';
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Registry } from 'prom-client';
import type { Services } from '../api/context';
import type { Route } from '../api/define-route';
import { openApiDocument } from '../api/openapi';
import { appRouter, type AppRouter } from '../api/root-router';
import { RateLimiter } from '../api/rate-limiter';
import { routes, sharedRoutes } from '../api/routes';
import { appErrorOf } from '../api/trpc';
import type { Authenticator } from '../auth/authenticate';
import { AppError } from '../platform/errors';
import type { Logger } from '../platform/logger';
import { mergeMetrics } from '../platform/metrics';
import { createRequestAuthenticator } from './authenticate-request';
import { fromFrameworkError, sendError } from './errors';
import { collectMethods } from './method-not-allowed';
import { registerNextFallback, type NodeHandler } from './next-fallback';
import { createContextFactory } from './request-context';
import { registerRequestLog } from './request-log';
import { registerRest } from './rest';
import { registerRoutes } from './routes';
import { registerSecurity } from './security';
import { answerUnreadable } from './unreadable-request';

const BODY_LIMIT = 1_048_576;
/** As long as Node itself waits for a whole request; Fastify would wait for ever, and idle senders cost a socket each. */
const REQUEST_TIMEOUT_MS = 300_000;
const KEEP_ALIVE_MS = 72_000; // longer than the 60 s of common balancers, so that they close first
const REQUEST_ID = /^[\w.-]{1,64}$/;

export interface ServerOptions {
  services: Services;
  authenticator: Authenticator;
  logger: Logger;
  registry: Registry;
  /** Realtime's own exposition; a failure leaves web's. */
  realtimeMetrics: () => Promise<string>;
  page: NodeHandler;
  /** Beside those of the product. */
  routes?: readonly Route<Services>[];
  /** Aborts when the process drains: open event streams end. */
  closing: AbortSignal;
}

/** The whole public origin: API, documents, and Next for the rest. Does not listen. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { services, authenticator, logger, registry, closing } = options;
  const { web, mode } = services.config;
  setMaxListeners(0, closing); // each open event stream is one
  const security = { dev: mode === 'development', publicUrl: web.publicUrl };

  const app: FastifyInstance = Fastify({
    ...(web.tls ? { https: { cert: readFileSync(web.tls.cert), key: readFileSync(web.tls.key) } } : {}),
    loggerInstance: logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    requestIdHeader: false,
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
    trustProxy: web.trustedProxies.length > 0 ? [...web.trustedProxies] : false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1_000 },
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket, logger),
    // A malformed path (`/%zz`) never reaches the hooks, so what they promise is done here.
    frameworkErrors: (error, request, reply) => {
      void reply.header('x-request-id', request.id);
      sendError(reply as FastifyReply, fromFrameworkError(error));
    },
  });
  const limiter = new RateLimiter();
  const callers = createRequestAuthenticator(authenticator, { limiter });
  const authenticate = (request: FastifyRequest) => callers.authenticate(request);
  const createContext = createContextFactory(services, callers, limiter);

  app.setErrorHandler<Error>((error, request, reply) => sendError(reply, fromFrameworkError(error, request.routeOptions.config.accepts)));
  app.setNotFoundHandler((_request, reply) => sendError(reply, new AppError('not_found', 'Not Found')));
  registerRequestLog(app, registry);
  registerSecurity(app, security);
  await app.register(rateLimit, { global: false });

  await app.register(async (scope) => {
    // An open subscription would hold up app.close(); EventSource reconnects, to whoever serves then.
    scope.addHook('onRequest', async (request, reply) => {
      if (!request.headers.accept?.includes('text/event-stream')) return;
      const end = () => reply.raw.destroy();
      closing.addEventListener('abort', end, { once: true });
      reply.raw.once('close', () => closing.removeEventListener('abort', end));
    });
    await scope.register(fastifyTRPCPlugin, {
      prefix: '/api/trpc',
      trpcOptions: {
        router: appRouter,
        createContext: ({ req }) => createContext(req),
        onError: ({ error, req }) => {
          const known = appErrorOf(error);
          if (known.kind !== 'internal') return;
          req.unexpected = true;
          req.log.error({ err: known.cause ?? known }, 'unexpected error');
        },
      },
    } satisfies FastifyTRPCPluginOptions<AppRouter>);
  });

  acceptJsonOnly(app);
  const refuseOtherMethods = collectMethods(app);
  registerRest(app, createContext);
  const metrics = async () => mergeMetrics(await registry.metrics(), await options.realtimeMetrics().catch(() => ''));
  const deps = { authenticate, limiter, closing };
  await registerRoutes(app, sharedRoutes, { ...deps, services: { config: services.config, readiness: services.health.readiness, metrics, openapi: openApiDocument } });
  await registerRoutes(app, [...routes, ...options.routes ?? []], { ...deps, services });
  refuseOtherMethods();

  registerNextFallback(app, {
    page: options.page,
    isSignedIn: (request) => authenticate(request).then(() => true, (error: unknown) => {
      if (error instanceof AppError && (error.kind === 'unauthenticated' || error.kind === 'forbidden')) return false;
      throw error;
    }),
  });
  return app;
}

/** Plain text is no body of ours. `content-type: application/json` with nothing to say is common, and means nothing. */
function acceptJsonOnly(app: FastifyInstance): void {
  app.removeContentTypeParser(['text/plain', 'application/json']);
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parseJson(request, body as string, done);
  });
}
