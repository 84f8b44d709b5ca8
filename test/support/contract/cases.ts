import type { OpenApiOperation } from '@/server/api/openapi-operations';
import { edges, sample, wrong, type Known, type Resolve, type Schema } from './sample';

export interface Case {
  /** `wrong` must be refused. */
  kind: 'valid' | 'edge' | 'wrong' | 'odd';
  what: string;
  path: Record<string, string>;
  query: [name: string, value: string][];
  /** JSON, or bytes as they are. */
  body?: string;
  headers?: Record<string, string>;
}

interface Parameter { in: string; name: string; required?: boolean; schema: Schema }

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Requests to one operation: right, at an edge, wrong in one place, and odd. */
export function casesOf(operation: OpenApiOperation, { resolve, known }: { resolve: Resolve; known: Known }): Case[] {
  const parameters = (operation.parameters ?? []) as Parameter[];
  const inQuery = parameters.filter((one) => one.in === 'query');
  const inPath = parameters.filter((one) => one.in === 'path');
  const media = (operation.requestBody as { content?: Record<string, { schema: Schema; example?: unknown }> } | undefined)?.content?.['application/json'];
  const make = (optional: boolean): Case => ({
    kind: 'valid', what: optional ? 'everything' : 'as little as possible',
    path: Object.fromEntries(inPath.map(({ name, schema }) => [name, asText(sample(schema, { resolve, known, optional }, name))])),
    query: inQuery.filter(({ required }) => optional || required).map(({ name, schema }) => [name, asText(sample(schema, { resolve, known, optional }, name))]),
    ...(media ? { body: JSON.stringify(sample(media.schema, { resolve, known, optional })) } : {}),
  });
  const least = make(false);
  const cases: Case[] = [least, make(true)];
  if (media?.example !== undefined) cases.push({ ...least, what: 'its example', body: JSON.stringify(media.example) });

  const withQuery = (kind: Case['kind'], name: string, value: unknown): Case =>
    ({ ...least, kind, what: `${name}=${asText(value).slice(0, 40)}`, query: [...least.query.filter(([one]) => one !== name), [name, asText(value)]] });
  for (const { name, schema } of inQuery) {
    for (const value of edges(schema, resolve)) cases.push(withQuery('edge', name, value));
    // In an address everything is text, so a wrong type shows only where text can not be read as the right one.
    const textual = [schema.type].flat().includes('string') || schema.anyOf?.some(({ type }) => type === 'string');
    for (const value of wrong(schema, resolve)) if (typeof value === 'string' || (typeof value === 'number' && !textual)) cases.push(withQuery(value === '' ? 'odd' : 'wrong', name, value));
    if (schema.format === 'date-time') for (const age of ['9999-12-31T23:59:59-23:59', '0000-01-01T00:00:00+23:59']) cases.push(withQuery('odd', name, age));
    cases.push({ ...withQuery('odd', name, 'a'), query: [[name, 'a'], [name, 'b']] }, withQuery('odd', name, 'nul\u0000nul'), withQuery('odd', name, ''));
  }

  for (const { name } of inPath)
    for (const odd of ['nobody', '018f3f5e-7d4c-7a33-9b1a-0123456789ab', 'a b/c%', '🙂', 'nul\u0000nul', "' or 1=1 --", 'x'.repeat(900)])
      cases.push({ ...least, kind: 'odd', what: `${name} ${odd.slice(0, 20)}`, path: { ...least.path, [name]: odd } });

  if (media) {
    const schema = media.schema.$ref ? resolve(media.schema.$ref) : media.schema;
    const base = JSON.parse(least.body!) as Record<string, unknown>;
    const withBody = (kind: Case['kind'], what: string, body: unknown): Case => ({ ...least, kind, what, body: typeof body === 'string' ? body : JSON.stringify(body) });
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      for (const value of edges(property, resolve)) cases.push(withBody('edge', `${name}: ${asText(value).slice(0, 40)}`, { ...base, [name]: value }));
      for (const value of wrong(property, resolve)) cases.push(withBody('wrong', `${name}: ${asText(value).slice(0, 40)}`, { ...base, [name]: value }));
      const text = [property, ...(property.anyOf ?? [])].some(({ type }) => type === 'string');
      if (text) cases.push(withBody('odd', `${name} with NUL`, { ...base, [name]: 'nul\u0000nul' }), withBody('odd', `${name} with half a character`, { ...base, [name]: 'half\ud83d' }));
      if (property.format === 'date-time' || property.anyOf?.some(({ format }) => format === 'date-time'))
        cases.push(withBody('odd', `${name} in another age`, { ...base, [name]: '9999-12-31T23:59:59-23:59' }));
    }
    for (const name of schema.required ?? []) cases.push(withBody('wrong', `no ${name}`, Object.fromEntries(Object.entries(base).filter(([key]) => key !== name))));
    cases.push(
      withBody('wrong', 'a list', []), withBody('wrong', 'a text', '"text"'), withBody('wrong', 'broken JSON', '{"a":'), withBody('wrong', 'a prototype', '{"__proto__":{"a":1}}'),
      withBody('odd', 'more than is known', { ...base, unknown_field: { deep: [1, { x: null }] } }),
      { ...withBody('wrong', 'another type', 'a=1'), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    );
  }
  return cases;
}
