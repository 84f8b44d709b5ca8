import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Route, RouteBody, RouteRequest } from '../api/define-route';
import { assertAllowed } from '../api/guard';
import type { RateLimiter } from '../api/rate-limiter';
import { validationError } from '../api/validation-error';
import type { Principal } from '../auth/principal';
import { AppError, toAppError } from '../platform/errors';
import { clientGone } from './client-gone';
import { sendError } from './errors';
import { fastifyPath } from './fastify-path';
import { readForm } from './form';
import { coerceFields, fieldKinds } from './input';
import { sendAnswer } from './send-answer';

export interface RoutesDeps<S> {
  services: S;
  authenticate: (request: FastifyRequest) => Promise<Principal>;
  limiter: RateLimiter;
  /** Aborts when the process drains: open event streams end. */
  closing: AbortSignal;
}

type Texts = Record<string, string | string[] | undefined>;

function parsed<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const result = schema.safeParse(value);
  if (!result.success) throw validationError(result.error);
  return result.data;
}

/** Which content types reach the handler; every other one is 415, as nothing parses it. */
async function acceptBody(scope: FastifyInstance, body: RouteBody | undefined): Promise<void> {
  if (body === undefined || body.kind === 'json') return;
  scope.removeAllContentTypeParsers();
  if (body.kind === 'form') await scope.register(multipart, { throwFileSizeLimit: false }); // form.ts ends the file itself, at the limit
  else scope.addContentTypeParser([...body.types], { parseAs: 'buffer', bodyLimit: body.maxBytes }, (_request, data, done) => done(null, data));
}

const acceptedTypes = (body: RouteBody | undefined): string =>
  body?.kind === 'form' ? 'multipart/form-data' : body?.kind === 'bytes' ? body.types.join(' or ') : 'application/json';

function readBody(request: FastifyRequest, body: RouteBody | undefined): unknown {
  if (body === undefined) return undefined;
  if (body.kind === 'json') return parsed(body.schema, request.body ?? {});
  const type = request.headers['content-type'];
  if (type === undefined) throw new AppError('unsupported_media_type', `Unsupported media type: send ${acceptedTypes(body)}`);
  return body.kind === 'form' ? readForm(request, body) : { type, data: request.body };
}

const isEventStream = (route: Route<never>) => Object.values(route.answers).some(({ content }) => content !== undefined && 'text/event-stream' in content);

/** A Fastify route for each declaration. Nobody's body is read before they are let in. */
export async function registerRoutes<S>(app: FastifyInstance, routes: readonly Route<S>[], deps: RoutesDeps<S>): Promise<void> {
  const { services, limiter, closing } = deps;
  for (const route of routes) {
    const { openapi, auth, limit } = route.meta;
    const paramKinds = fieldKinds(route.params ? [route.params] : []);
    const queryKinds = fieldKinds(route.query ? [route.query] : []);
    const streams = isEventStream(route);
    const principals = new WeakMap<FastifyRequest, Principal>();

    await app.register(async (scope) => {
      await acceptBody(scope, route.body);
      scope.route({
        method: openapi.method,
        url: fastifyPath(openapi.path),
        config: { accepts: acceptedTypes(route.body) },
        ...(route.body?.kind === 'json' && route.body.maxBytes !== undefined ? { bodyLimit: route.body.maxBytes } : {}),
        exposeHeadRoute: openapi.method === 'GET' && !streams, // HEAD would begin the stream, with all it does
        onRequest: async (request, reply) => {
          try {
            let caller = request.ip;
            if (auth !== 'public') {
              const principal = await deps.authenticate(request);
              assertAllowed(principal, auth);
              principals.set(request, principal);
              caller = principal.id;
            }
            if (limit) limiter.take(`${openapi.method} ${openapi.path} ${caller}`, limit);
          } catch (error) {
            return sendError(reply, toAppError(error));
          }
        },
        handler: async (request, reply) => {
          const gone = clientGone(reply);
          try {
            const answer = await route.handle({
              services,
              principal: principals.get(request) ?? null,
              params: route.params ? parsed(route.params, coerceFields(paramKinds, request.params as Texts)) : {},
              query: route.query ? parsed(route.query, coerceFields(queryKinds, request.query as Texts)) : {},
              body: readBody(request, route.body),
              headers: request.headers,
              signal: streams ? AbortSignal.any([gone, closing]) : gone,
              requestId: request.id,
              log: request.log,
            } as RouteRequest<S>);
            return await sendAnswer(reply, route, answer, closing);
          } catch (error) {
            return sendError(reply, toAppError(error));
          }
        },
      });
    });
  }
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route reads, in words, for its 415. */
    accepts?: string;
  }
}
