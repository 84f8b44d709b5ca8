import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context, Services } from '../api/context';
import type { Authenticator } from '../auth/authenticate';
import type { Principal } from '../auth/principal';

/** One per server: it makes the context of each request, for REST and tRPC alike. */
export type ContextFactory = (request: FastifyRequest, reply: FastifyReply) => Context;

export const authenticateRequest = (authenticator: Authenticator, request: FastifyRequest): Promise<Principal> =>
  authenticator.authenticate({ headers: request.headers, remoteAddress: request.socket.remoteAddress ?? '', url: request.url });

export function createContextFactory(services: Services, authenticator: Authenticator): ContextFactory {
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
      authenticate: () => (principal ??= authenticateRequest(authenticator, request)),
      setHeader: (name, value) => { reply.header(name, value); },
    };
  };
}
