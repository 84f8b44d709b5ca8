import type { AnyTRPCProcedure, AnyTRPCRouter } from '@trpc/server';
import { ERROR_TABLE, type ErrorKind } from '../platform/errors';
import { errorNameOf } from './error-name';
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

const RETRY_AFTER = { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer', minimum: 1 } } };
const ALLOW = { Allow: { description: 'The methods this path knows', schema: { type: 'string' } } };
const ERROR_HEADERS: Partial<Record<number, object>> = { 405: ALLOW, 429: RETRY_AFTER };

export const errorResponse = (path: string, status: number) => ({
  description: ERROR_WORDS[status] ?? 'An error',
  ...(ERROR_HEADERS[status] ? { headers: ERROR_HEADERS[status] } : {}),
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${errorNameOf(path) === 'error' ? 'NamedError' : 'Error'}` } } },
});

function errorStatuses(meta: RouteMeta, operation: OpenApiOperation): number[] {
  const kinds: ErrorKind[] = [...(meta.errors ?? []), 'internal'];
  if (meta.auth !== 'public') kinds.push('unauthenticated', 'forbidden', 'rate_limited'); // failed credentials are limited
  if (meta.limit) kinds.push('rate_limited');
  if (operation.requestBody !== undefined || (operation.parameters?.length ?? 0) > 0) kinds.push('invalid_input');
  if (operation.requestBody !== undefined) kinds.push('payload_too_large', 'unsupported_media_type');
  return [...new Set(kinds.map((kind) => ERROR_TABLE[kind].http))].sort((a, b) => a - b);
}

/** `agents.list` → `agentsList`: names that client generators make functions of. */
const operationId = (procedurePath: string) => procedurePath.replace(/\.(\w)/g, (_, letter: string) => letter.toUpperCase());

/** `GET /api/privacy/export` → `getPrivacyExport`, where the route says no better. */
const nameOfPath = ({ openapi }: RouteMeta) =>
  `${openapi?.method.toLowerCase()}${openapi?.path.replace(/^\/api(?=\/)/, '').replace(/\W+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`;

/** A POST whose parameters stand in the address: the generator knows bodies only. */
function bodyToQuery(operation: OpenApiOperation): void {
  const body = operation.requestBody as { content?: Record<string, { schema?: { properties?: Record<string, unknown>; required?: string[] } }> } | undefined;
  const schema = body?.content?.['application/json']?.schema;
  delete operation.requestBody;
  operation.parameters = [
    ...(operation.parameters ?? []),
    ...Object.entries(schema?.properties ?? {}).map(([name, property]) => ({ in: 'query', name, schema: property, ...(schema?.required?.includes(name) ? { required: true } : {}) })),
  ];
}

function addExamples(operation: OpenApiOperation, status: string, { request, response }: NonNullable<RouteMeta['examples']>): void {
  for (const [part, example] of [[operation.requestBody, request], [operation.responses[status], response]] as const) {
    const content = (part as { content?: Record<string, { example?: unknown }> } | undefined)?.content;
    if (content && example !== undefined) for (const one of Object.values(content)) one.example = example;
  }
}

interface DeclaredOperation { name: string; meta: RouteMeta; answers: 'generated' | 'declared' }

const procedureOperations = (router: AnyTRPCRouter): DeclaredOperation[] =>
  Object.entries(router._def.procedures as unknown as Record<string, AnyTRPCProcedure>)
    .map(([path, procedure]) => ({ name: operationId(path), meta: (procedure._def.meta ?? {}) as RouteMeta, answers: 'generated' }));

/**
 * The generator knows neither our success statuses, nor our errors, nor who may call, and it drops the slash at the
 * end of a path. All of that is in each route's meta, so this reads the same truth a second time.
 */
export function finishOperations(document: OpenApiDocument, router: AnyTRPCRouter, routes: readonly { meta: RouteMeta }[]): OpenApiDocument {
  const paths = { ...document.paths };
  const everyScheme = Object.keys((document.components.securitySchemes ?? {}) as object).map((name) => ({ [name]: [] }));
  const declared = [...procedureOperations(router), ...routes.map(({ meta }) => ({ name: nameOfPath(meta), meta, answers: 'declared' as const }))];
  for (const { name, meta, answers } of declared) {
    if (!meta.openapi || meta.openapi.enabled === false) continue;
    const wanted = meta.openapi.path;
    const generated = wanted.replace(/(.)\/$/, '$1');
    const method = meta.openapi.method.toLowerCase();
    const { [method]: operation, ...others } = paths[generated] ?? {};
    if (!operation) throw new Error(`${name} is missing from the generated document`);

    if (meta.in === 'query' && operation.requestBody !== undefined) bodyToQuery(operation);
    const status = String(meta.status ?? 200);
    // A procedure has its success under 200, and errors that the generator made up. A route declares its answers itself.
    const success = status === '204' ? { description: 'Done' } : operation.responses['200'] ?? { description: 'Done' };
    operation.operationId = meta.openapi.operationId ?? name;
    operation.responses = { ...Object.fromEntries(errorStatuses(meta, operation).map((one) => [String(one), errorResponse(wanted, one)])), ...(answers === 'declared' ? operation.responses : { [status]: success }) };
    operation.security = meta.auth === 'public' ? [] : everyScheme;
    if (meta.examples) addExamples(operation, status, meta.examples);
    if (wanted !== generated) {
      if (Object.keys(others).length === 0) delete paths[generated];
      else paths[generated] = others;
      paths[wanted] = { ...paths[wanted], [method]: operation };
    }
  }
  // The generator's own error schemas are not what we answer.
  const schemas = Object.fromEntries(Object.entries(document.components.schemas).filter(([name]) => !name.startsWith('error.')));
  if (!JSON.stringify(paths).includes('schemas/NamedError')) delete schemas.NamedError;
  const sorted = <T>(object: Record<string, T>) => Object.fromEntries(Object.entries(object).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...document, paths: sorted(paths), components: { ...document.components, schemas: sorted(schemas) } };
}
