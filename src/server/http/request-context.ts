import type { FastifyRequest } from 'fastify';
import type { Context, Services } from '../api/context';
import type { RateLimiter } from '../api/rate-limiter';
import type { Principal } from '../auth/principal';
import type { RequestAuthenticator } from './authenticate-request';

/** One per server: it makes the context of each request, for REST and tRPC alike. */
export type ContextFactory = (request: FastifyRequest) => Context;

export function createContextFactory(services: Services, authenticator: RequestAuthenticator, limiter: RateLimiter): ContextFactory {
  return (request) => {
    let principal: Promise<Principal> | undefined;
    return {
      services,
      requestId: request.id,
      caller: {
        address: request.ip,
        userAgent: request.headers['user-agent'] ?? '',
        origin: services.config.web.publicUrl ?? `${request.protocol}://${request.host}`,
      },
      log: request.log,
      limiter,
      authenticate: () => (principal ??= authenticator.authenticate(request)),
      forget: (who) => authenticator.forget(who),
    };
  };
}
