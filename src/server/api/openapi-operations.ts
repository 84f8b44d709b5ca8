import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server';
import { ERROR_TABLE, type ErrorKind } from '../platform/errors';
import type { RouteMeta } from './route-meta';

export interface OpenApiOperation {
  operationId?: string;
  security?: Record<string, string[]>[];
  requestBody?: unknown;
  parameters?: unknown[];
  responses: Record<string, { description: string; headers?: unknown; content?: unknown }>;
  [key: string]: unknown;
}

export interface OpenApiDocument {
  openapi: string;
  paths: Record<string, Record<string, OpenApiOperation>>;
  components: { schemas: Record<string, unknown>; [key: string]: unknown };
  [key: string]: unknown;
}

const ERROR_WORDS: Partial<Record<number, string>> = {
  400: 'The input is wrong; the text names the field',
  401: 'No credentials, or ones that do not count any more',
  403: 'These credentials may not do this',
  404: 'There is no such thing in this workspace',
  405: 'Not with this method; Allow names the others',
  409: 'It contradicts what is there',
  412: 'Something has to be mended first',
  413: 'The body is too large',
  415: 'The body is not JSON',
  429: 'Too often; Retry-After says when to come back',
  500: 'A bug; request_id finds it in the log',
  502: 'A service that Parley depends on failed',
  503: 'A part of Parley is not available now',
};

export const errorResponse = (status: number) => ({
  description: ERROR_WORDS[status] ?? 'An error',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
});

function errorStatuses(meta: RouteMeta, operation: OpenApiOperation): number[] {
  const kinds: ErrorKind[] = [...(meta.errors ?? []), 'internal'];
  if (meta.auth !== 'public') kinds.push('unauthenticated', 'forbidden');
  if (operation.requestBody !== undefined || (operation.parameters?.length ?? 0) > 0) kinds.push('invalid_input');
  if (operation.requestBody !== undefined) kinds.push('payload_too_large', 'unsupported_media_type');
  return [...new Set(kinds.map((kind) => ERROR_TABLE[kind].http))].sort((a, b) => a - b);
}

/** `agents.list` → `agentsList`: names that client generators make functions of. */
const operationId = (procedurePath: string) => procedurePath.replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase());

/**
 * The generator knows neither our success statuses, nor our errors, nor who may call, and it drops the slash at the
 * end of a path. All of that is in each procedure's meta, so this reads the same truth a second time.
 */
export function finishOperations(document: OpenApiDocument, router: AnyTRPCRouter): OpenApiDocument {
  const procedures = Object.entries(router._def.procedures as unknown as Record<string, AnyTRPCProcedure>);
  const paths = { ...document.paths };
  for (const [procedurePath, procedure] of procedures) {
    const meta = procedure._def.meta as RouteMeta | undefined;
    if (!meta?.openapi || meta.openapi.enabled === false) continue;
    const wanted = meta.openapi.path;
    const generated = wanted.replace(/(.)\/$/, '$1');
    const method = meta.openapi.method.toLowerCase();
    const { [method]: operation, ...others } = document.paths[generated] ?? {};
    if (!operation) throw new Error(`${procedurePath} is missing from the generated document`);

    const success = operation.responses['200'] ?? { description: 'Done' };
    const status = String(meta.status ?? 200);
    operation.operationId = meta.openapi.operationId ?? operationId(procedurePath);
    operation.responses = {
      [status]: status === '204' ? { description: 'Done' } : success,
      ...Object.fromEntries(errorStatuses(meta, operation).map((one) => [String(one), errorResponse(one)])),
    };
    if (meta.auth === 'public') operation.security = [];
    if (wanted !== generated) {
      if (Object.keys(others).length === 0) delete paths[generated];
      else paths[generated] = others;
      paths[wanted] = { ...paths[wanted], [method]: operation };
    }
  }
  // Hand-written operations that say nothing of credentials need them, like every procedure.
  const everyScheme = Object.keys((document.components.securitySchemes ?? {}) as object).map((name) => ({ [name]: [] }));
  for (const path of Object.values(paths)) for (const operation of Object.values(path)) operation.security ??= everyScheme;
  // The generator's own error schemas are not what we answer.
  const schemas = Object.fromEntries(Object.entries(document.components.schemas).filter(([name]) => !name.startsWith('error.')));
  return {
    ...document,
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: { ...document.components, schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))) },
  };
}
