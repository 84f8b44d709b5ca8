import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { z } from 'zod';
import { binary, type FormBody, type Route, type RouteBody } from './define-route';

type Declared = Pick<Route<never>, 'meta' | 'params' | 'query' | 'body' | 'answers'>;

function formSchema(body: FormBody): z.ZodType {
  const files = Object.entries(body.files).map(([name, { description, many }]) => {
    const file = many ? z.array(binary) : binary;
    return [name, file.optional().meta({ description })] as const;
  });
  return body.fields.extend(Object.fromEntries(files));
}

function requestContent(body: RouteBody): NonNullable<ZodOpenApiOperationObject['requestBody']> {
  if (body.kind === 'json') return { required: true, content: { 'application/json': { schema: body.schema } } };
  if (body.kind === 'form') return { required: true, content: { 'multipart/form-data': { schema: formSchema(body) } } };
  return { required: true, content: Object.fromEntries(body.types.map((type) => [type, { schema: binary }])) };
}

/** Operations as the generator takes them; errors, security and examples are added with those of the procedures. */
export function routePaths(routes: readonly Declared[]): ZodOpenApiPathsObject {
  const paths: ZodOpenApiPathsObject = {};
  for (const { meta, params, query, body, answers } of routes) {
    const { openapi } = meta;
    if (openapi.enabled === false) continue;
    const path = openapi.path.replace(/(.)\/$/, '$1');
    paths[path] = {
      ...paths[path],
      [openapi.method.toLowerCase()]: {
        operationId: openapi.operationId,
        ...(openapi.summary ? { summary: openapi.summary } : {}),
        ...(openapi.description ? { description: openapi.description } : {}),
        ...(openapi.tags ? { tags: openapi.tags } : {}),
        ...(params || query ? { requestParams: { ...(params ? { path: params } : {}), ...(query ? { query } : {}) } } : {}),
        ...(body ? { requestBody: requestContent(body) } : {}),
        responses: Object.fromEntries(Object.entries(answers).map(([status, { description, content }]) => [status, {
          description,
          ...(content ? { content: Object.fromEntries(Object.entries(content).map(([type, schema]) => [type, { schema }])) } : {}),
        }])),
      },
    };
  }
  return paths;
}
