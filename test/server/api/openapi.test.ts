import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from '@/server/api/openapi';
import { appRouter } from '@/server/api/root-router';
import type { RouteMeta } from '@/server/api/route-meta';
import { VERSION } from '@/server/health/version';

const procedures = Object.entries(appRouter._def.procedures as unknown as Record<string, { _def: { meta?: RouteMeta } }>);

describe('the OpenAPI document', () => {
  it('is the one in docs/', () => {
    expect(JSON.parse(readFileSync('docs/openapi.json', 'utf8'))).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  it('has every procedure with a path as its meta spells it, with its success status', () => {
    const { paths } = openApiDocument();
    for (const [name, { _def: { meta } }] of procedures) {
      if (!meta?.openapi) continue;
      const operation = paths[meta.openapi.path]?.[meta.openapi.method.toLowerCase()];
      expect(operation, name).toBeDefined();
      expect(operation?.responses[String(meta.status ?? 200)], name).toBeDefined();
    }
  });

  it('has every path of the gateway, the WebSocket included', () => {
    expect(Object.keys(openApiDocument().paths)).toEqual(expect.arrayContaining(
      ['/api/v1/realtime', '/api/v1/info', '/api/live/', '/api/ready/', '/api/metrics', '/api/docs', '/api/openapi.json']));
  });

  it('says of every operation who may call, and names each once', () => {
    const operations = Object.values(openApiDocument().paths).flatMap((path) => Object.values(path));
    for (const operation of operations) expect(operation.security, operation.operationId).toBeDefined();
    const ids = operations.map((operation) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [name, { _def: { meta } }] of procedures) expect(meta?.auth, `${name} says who may call`).toBeDefined();
  });

  it('describes errors as they are answered', () => {
    const document = openApiDocument();
    expect(Object.keys(document.components.schemas).filter((name) => name.startsWith('error'))).toEqual([]);
    expect(document.paths['/api/conversations']?.get?.responses['400']?.content).toEqual({ 'application/json': { schema: { $ref: '#/components/schemas/Error' } } });
  });

  it('has the version of package.json', () => {
    expect((JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version).toBe(VERSION);
  });
});
