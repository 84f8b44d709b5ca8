import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordAudit } from '@/server/audit';
import type { AuditEvent } from '@/server/audit/contract';
import { auditEvents } from '@/server/audit/tables';
import { openApiDocument } from '@/server/api/openapi';
import { createApiKey } from '@/server/auth/api-keys';
import { aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { startTestWeb, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;

beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
  const workspaceId = await firstWorkspaceId(database.db);
  const ann = { kind: 'user', id: 'u-ann', label: 'ann@example.org', workspaceId } as const;
  const bob = { kind: 'user', id: 'u-bob', label: 'bob@example.org', workspaceId } as const;
  await recordAudit(database.db, ann, { action: 'agent.create', subject: { kind: 'agent', id: 'a1', label: 'Reception' }, details: { fields: ['name'] } });
  await recordAudit(database.db, ann, { action: 'agent.update', subject: { kind: 'agent', id: 'a1', label: 'Reception' }, details: { fields: ['voice_100%'] } });
  await recordAudit(database.db, bob, { action: 'agents_export.start', subject: { kind: 'export', id: 'e1' } });
  await recordAudit(database.db, { ...bob, workspaceId: await aWorkspace(database.db) }, { action: 'agent.create', subject: { kind: 'agent', id: 'elsewhere' } });
  const at = (iso: string, action: string) => database.sql`update audit_events set at = ${iso} where action = ${action}`;
  await at('2026-01-01T00:00:00Z', 'agent.create');
  await at('2026-01-02T00:00:00Z', 'agent.update');
  await at('2026-01-03T00:00:00Z', 'agents_export.start');
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const listed = async (query: string) => (await web.ask('GET', `/api/audit?${query}`)).json() as unknown as { events: AuditEvent[]; total: number };
const actions = async (query: string) => (await listed(query)).events.map(({ action }) => action);

describe('the audit log', () => {
  it('lists the workspace’s own events, newest first, with who and what', async () => {
    const page = await listed('');
    expect(page.events.map(({ action }) => action)).toEqual(['agents_export.start', 'agent.update', 'agent.create']);
    expect(page).toMatchObject({ total: 3, limit: 50, offset: 0 });
    expect(page.events[2]).toEqual({
      id: expect.any(String) as string, at: '2026-01-01T00:00:00.000Z', action: 'agent.create', details: { fields: ['name'] },
      actor: { kind: 'user', id: 'u-ann', label: 'ann@example.org' }, subject: { kind: 'agent', id: 'a1', label: 'Reception' },
    });
  });

  it('filters by action or its family, by actor, by time and by words', async () => {
    expect(await actions('action=agent.update')).toEqual(['agent.update']);
    expect(await actions('action=agent')).toEqual(['agent.update', 'agent.create']); // not agents_export
    expect(await actions('actor=u-bob')).toEqual(['agents_export.start']);
    expect(await actions('actor=ANN@example.org')).toEqual(['agent.update', 'agent.create']);
    expect(await actions('from=2026-01-02T00:00:00Z')).toEqual(['agents_export.start', 'agent.update']);
    expect(await actions('to=2026-01-02T00:00:00Z')).toEqual(['agent.create']);
    expect(await actions('q=reception')).toEqual(['agent.update', 'agent.create']);
    expect(await actions('q=100%25')).toEqual(['agent.update']);
    expect(await actions('q=%25%25')).toEqual([]);
    expect(await actions('action=agent&actor=u-bob')).toEqual([]);
  });

  it('pages', async () => {
    expect(await listed('limit=1&offset=1')).toMatchObject({ events: [{ action: 'agent.update' }], total: 3, limit: 1, offset: 1 });
    expect(await listed('offset=7')).toMatchObject({ events: [], total: 3 });
  });

  it('names the field of bad input', async () => {
    for (const query of ['limit=0', 'offset=-1', 'from=yesterday', 'to=0000-01-01T00:00:00Z', 'q=%00']) {
      const answer = await web.ask('GET', `/api/audit?${query}`);
      expect([answer.status, String(answer.json().detail).split(':')[0]], query).toEqual([400, query.split('=')[0]]);
    }
  });

  it('is an admin’s to read', async () => {
    const workspaceId = await firstWorkspaceId(database.db);
    const { key } = await createApiKey(database.db, { workspaceId, name: 'operator', role: 'operator' });
    expect((await web.ask('GET', '/api/audit', { key })).status).toBe(403);
  });

  it('is changed by no route', async () => {
    const before = await database.db.select().from(auditEvents);
    for (const path of ['/api/audit', `/api/audit/${before[0]!.id}`])
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) expect([404, 405], `${method} ${path}`).toContain((await web.ask(method, path, { body: '{}' })).status);
    expect(Object.entries(openApiDocument().paths).filter(([path]) => path.startsWith('/api/audit')).flatMap(([, methods]) => Object.keys(methods))).toEqual(['get']);
    expect(await database.db.select().from(auditEvents)).toEqual(before);
  });
});
