import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context, Services } from '../api/context';
import type { RateLimiter } from '../api/rate-limiter';
import type { Principal } from '../auth/principal';

/** One per server: it makes the context of each request, for REST and tRPC alike. */
export type ContextFactory = (request: FastifyRequest, reply: FastifyReply) => Context;

export type AuthenticateRequest = (request: FastifyRequest) => Promise<Principal>;

export function createContextFactory(services: Services, authenticate: AuthenticateRequest, limiter: RateLimiter): ContextFactory {
  return (request, reply) => {
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
      authenticate: () => (principal ??= authenticate(request)),
      setHeader: (name, value) => { reply.header(name, value); },
    };
  };
}
