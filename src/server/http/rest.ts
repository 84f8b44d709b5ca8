import { callTRPCProcedure, type AnyTRPCProcedure } from '@trpc/server';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { appRouter } from '../api/root-router';
import type { RouteMeta } from '../api/route-meta';
import { appErrorOf } from '../api/trpc';
import { invalidField } from '../platform/errors';
import { clientGone } from './client-gone';
import { sendError } from './errors';
import { fastifyPath } from './fastify-path';
import { coerceFields, fieldKinds, type FieldKinds } from './input';
import type { ContextFactory } from './request-context';

type Fields = Record<string, string | string[] | undefined>;

function bodyFields(request: FastifyRequest): object {
  const { body } = request;
  if (body === undefined || body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body)) throw invalidField('body', 'must be a JSON object');
  return body;
}

function readInput(request: FastifyRequest, kinds: FieldKinds, readsBody: boolean): object | undefined {
  if (kinds.size === 0) return undefined;
  const given = readsBody ? bodyFields(request) : coerceFields(kinds, request.query as Fields);
  return { ...given, ...coerceFields(kinds, request.params as Fields) };
}

/** One Fastify route for each procedure whose meta names a method and a path. Static paths win over parameters. */
export function registerRest(app: FastifyInstance, createContext: ContextFactory): void {
  const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, AnyTRPCProcedure>);
  for (const [path, procedure] of procedures) {
    const meta = procedure._def.meta as RouteMeta | undefined;
    if (!meta?.openapi || meta.openapi.enabled === false) continue;
    const { method } = meta.openapi;
    const kinds = fieldKinds((procedure._def as unknown as { inputs: z.ZodType[] }).inputs);
    const readsBody = meta.in !== 'query' && method !== 'GET' && method !== 'DELETE';
    const status = meta.status ?? 200;

    app.route({
      method,
      url: fastifyPath(meta.openapi.path),
      handler: async (request, reply) => {
        try {
          const output: unknown = await callTRPCProcedure({
            router: appRouter,
            path,
            type: procedure._def.type,
            ctx: createContext(request),
            getRawInput: async () => readInput(request, kinds, readsBody),
            signal: clientGone(reply),
            batchIndex: 0,
          });
          return await (status === 204 ? reply.code(204).send() : reply.code(status).send(output ?? null));
        } catch (error) {
          return sendError(reply, appErrorOf(error));
        }
      },
    });
  }
}
