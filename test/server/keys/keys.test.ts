import { encode } from 'next-auth/jwt';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { auditEvents } from '@/server/audit/tables';
import { createApiKey } from '@/server/auth/api-keys';
import type { Role, Scope } from '@/server/auth/principal';
import { apiKeys } from '@/server/auth/tables';
import type { CreatedApiKey } from '@/server/keys/contract';
import { AppError } from '@/server/platform/errors';
import type { LiveSessions } from '@/server/sessions/live-sessions';
import { aSignedInUser, aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { startTestWeb, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
let closed: unknown[] = [];
let realtimeIsAway = false;
const sessions: LiveSessions = {
  list: () => Promise.resolve([]),
  close: () => Promise.resolve(),
  closeOf: (who) => {
    if (realtimeIsAway) return Promise.reject(new AppError('unavailable', 'Realtime does not answer'));
    closed.push(who);
    return Promise.resolve(1);
  },
};

beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db, sessions });
  workspaceId = await firstWorkspaceId(database.db);
});
afterEach(() => { closed = []; realtimeIsAway = false; });
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const later = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
const make = (body: object, key?: string) => web.ask('POST', '/api/keys', { body: JSON.stringify(body), ...(key === undefined ? {} : { key }) });
const made = async (body: object): Promise<CreatedApiKey> => (await make(body)).json() as CreatedApiKey;
const keyOf = async (options: { role: Role; scopes?: Scope[]; expiresAt?: Date; workspace?: string }) =>
  (await createApiKey(database.db, { workspaceId: options.workspace ?? workspaceId, name: 'given', ...options })).key;

describe('a new API key', () => {
  it('is shown once, works, and is an operator’s with every scope unless said otherwise', async () => {
    const answer = await make({ name: '  Kitchen  ' });
    expect(answer.status).toBe(201);
    const key = answer.json() as CreatedApiKey;
    expect(key).toMatchObject({ name: 'Kitchen', role: 'operator', scopes: ['*'], created_by: null, last_used_at: null, expires_at: null, revoked_at: null });
    expect(key.key.startsWith(key.prefix)).toBe(true);
    expect((await web.ask('GET', '/api/me', { key: key.key })).json()).toMatchObject({ kind: 'api_key', label: 'Kitchen', role: 'operator' });
    for (const path of ['/api/keys', '/api/audit', '/api/keys?q=Kitchen']) expect((await web.ask('GET', path)).text).not.toContain(key.key);
    expect(web.log()).not.toContain(key.key);
    expect(JSON.stringify(await database.db.select().from(auditEvents))).not.toContain(key.key);
    expect(JSON.stringify(await database.db.select().from(apiKeys))).not.toContain(key.key);
  });

  it('says who made it, when that was a person', async () => {
    const admin = await aSignedInUser(database.db, { workspaceId, role: 'admin' });
    const cookie = `sessionid=${await encode({ token: { sub: admin.userId, signInId: admin.signInId }, secret: 'a secret of the tests, long enough' })}`;
    const answer = await web.ask('POST', '/api/keys', { key: null, body: '{"name":"mine"}', headers: { cookie, origin: web.url, 'sec-fetch-site': 'same-origin' } });
    expect(answer.json()).toMatchObject({ name: 'mine', created_by: admin.email });
  });

  it('is written into the audit log, with what it may do', async () => {
    const key = await made({ name: 'Audited', role: 'viewer', scopes: ['metrics'], expires_at: later(1) });
    const [row] = await database.db.select().from(auditEvents).where(eq(auditEvents.subjectId, key.id));
    expect(row).toMatchObject({ action: 'api_key.create', subjectLabel: 'Audited', actorLabel: 'First key', details: { role: 'viewer', scopes: ['metrics'], expires_at: key.expires_at } });
  });

  it('cannot have a higher role than its maker', async () => {
    const admin = await keyOf({ role: 'admin' });
    for (const [role, status] of [['viewer', 201], ['operator', 201], ['admin', 201], ['owner', 403]] as const)
      expect((await make({ name: 'x', role }, admin)).status, role).toBe(status);
    const refused = await make({ name: 'x', role: 'owner' }, admin);
    expect(refused.json().detail).toMatch(/^role: /);
    expect((await make({ name: 'x', role: 'owner' }, await keyOf({ role: 'owner' }))).status).toBe(201);
  });

  it('cannot be made with less than an admin’s role, nor by a key that is limited to some scopes', async () => {
    const less: Parameters<typeof keyOf>[0][] = [{ role: 'viewer' }, { role: 'operator' }, { role: 'admin', scopes: ['agents', 'conversations', 'realtime', 'metrics'] }];
    for (const options of less) expect((await make({ name: 'x', role: 'viewer' }, await keyOf(options))).status).toBe(403);
  });

  it('does not outlive the key that made it', async () => {
    const expiresAt = new Date(Date.now() + 3_600_000);
    const short = await keyOf({ role: 'admin', expiresAt });
    expect((await make({ name: 'x' }, short)).json()).toMatchObject({ expires_at: expiresAt.toISOString() });
    const refused = await make({ name: 'x', expires_at: later(1) }, short);
    expect([refused.status, refused.json().detail]).toEqual([400, `expires_at: must not be after your own key’s, ${expiresAt.toISOString()}`]);
  });

  it('is refused with the field’s name when the input is wrong', async () => {
    for (const [body, field] of [
      [{}, 'name'], [{ name: ' ' }, 'name'], [{ name: 'x'.repeat(101) }, 'name'], [{ name: 'a\0b' }, 'name'],
      [{ name: 'x', role: 'root' }, 'role'], [{ name: 'x', scopes: [] }, 'scopes'], [{ name: 'x', scopes: ['everything'] }, 'scopes[0]'],
      [{ name: 'x', expires_at: 'tomorrow' }, 'expires_at'], [{ name: 'x', expires_at: later(-1) }, 'expires_at'],
    ] as const) {
      const answer = await make(body);
      expect([answer.status, answer.json().detail], JSON.stringify(body)).toEqual([400, expect.stringMatching(new RegExp(`^${field.replace(/[[\]]/g, '\\$&')}: `))]);
    }
  });
});

describe('the list of API keys', () => {
  it('shows the newest first, page by page, and finds by name and prefix', async () => {
    const names = ['List one', 'List two', 'List 100%'];
    const keys = [];
    for (const name of names) keys.push(await made({ name }));
    const listed = async (query: string) => (await web.ask('GET', `/api/keys?${query}`)).json() as { keys: CreatedApiKey[]; total: number };
    expect((await listed('q=list')).keys.map(({ name }) => name)).toEqual([...names].reverse());
    expect(await listed('q=list&limit=1&offset=1')).toMatchObject({ keys: [{ name: 'List two' }], total: 3, limit: 1, offset: 1 });
    expect((await listed('q=100%25')).total).toBe(1);
    expect((await listed(`q=${keys[0]!.prefix}`)).keys.map(({ id }) => id)).toContain(keys[0]!.id);
    expect((await web.ask('GET', '/api/keys?limit=0')).status).toBe(400);
  });

  it('is an admin’s, and of one workspace alone', async () => {
    const elsewhere = await aWorkspace(database.db);
    const stranger = await keyOf({ role: 'owner', workspace: elsewhere });
    expect((await web.ask('GET', '/api/keys', { key: stranger })).json()).toMatchObject({ total: 1 });
    expect((await web.ask('GET', '/api/keys', { key: await keyOf({ role: 'operator' }) })).status).toBe(403);
  });
});

describe('revoking an API key', () => {
  it('ends it at once, closes what it holds open, and is written down once', async () => {
    const key = await made({ name: 'Lost' });
    expect((await web.ask('DELETE', `/api/keys/${key.id}`)).status).toBe(204);
    expect((await web.ask('GET', '/api/me', { key: key.key })).status).toBe(401);
    expect(closed).toEqual([{ kind: 'api_key', id: key.id }]);
    expect((await web.ask('DELETE', `/api/keys/${key.id}`)).status).toBe(204);
    expect(await database.db.select().from(auditEvents).where(eq(auditEvents.action, 'api_key.revoke'))).toMatchObject([{ subjectId: key.id, subjectLabel: 'Lost' }]);
    expect((await web.ask('GET', '/api/keys?q=Lost')).json()).toMatchObject({ keys: [{ revoked_at: expect.any(String) as string }] });
  });

  it('stands although realtime does not answer', async () => {
    const key = await made({ name: 'Away' });
    realtimeIsAway = true;
    expect((await web.ask('DELETE', `/api/keys/${key.id}`)).status).toBe(204);
    expect((await web.ask('GET', '/api/me', { key: key.key })).status).toBe(401);
  });

  it('does not reach another workspace’s key, nor one of a higher role', async () => {
    const stranger = await aWorkspace(database.db);
    const other = await createApiKey(database.db, { workspaceId: stranger, name: 'other', role: 'viewer' });
    const owners = await createApiKey(database.db, { workspaceId, name: 'owner', role: 'owner' });
    for (const [id, status] of [[other.id, 404], [owners.id, 403], ['00000000-0000-4000-8000-000000000000', 404], ['no-id', 404]] as const)
      expect((await web.ask('DELETE', `/api/keys/${id}`)).status, id).toBe(status);
    const rows = await database.db.select({ revokedAt: apiKeys.revokedAt }).from(apiKeys).where(eq(apiKeys.id, owners.id));
    expect(rows).toEqual([{ revokedAt: null }]);
    expect(closed).toEqual([]);
  });
});
