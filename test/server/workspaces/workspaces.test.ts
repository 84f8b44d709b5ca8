import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agents } from '@/server/agents/tables';
import { auditEvents } from '@/server/audit/tables';
import { createApiKey } from '@/server/auth/api-keys';
import type { MyWorkspace } from '@/server/workspaces/contract';
import { aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { anotherSignIn, aPerson, askAs, type Person } from '@test/support/people';
import { startTestWeb, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const list = async (who: Pick<Person, 'cookie'>) => ((await askAs(web, who, 'GET', '/api/workspaces')).json() as { workspaces: MyWorkspace[] }).workspaces;
const current = async (who: Pick<Person, 'cookie'>) => (await askAs(web, who, 'GET', '/api/workspace')).json().id;

/** The older one first: the embedded database may make two within one of its milliseconds. */
async function twoWorkspaces(): Promise<[string, string]> {
  const older = await aWorkspace(database.db);
  await database.sql`update workspaces set created_at = created_at - interval '1 minute' where id = ${older}`;
  return [older, await aWorkspace(database.db)];
}

describe('a new workspace', () => {
  it('belongs to the owner who made it and can be talked to at once; both logs have it', async () => {
    const home = await aWorkspace(database.db);
    const owner = await aPerson(database.db, { [home]: 'owner' });
    const answer = await askAs(web, owner, 'POST', '/api/workspaces', { name: ' Support Tëam ' });
    expect([answer.status, answer.json()]).toMatchObject([201, { name: 'Support Tëam', slug: expect.stringMatching(/^support-te-?am-[0-9a-f]{6}$/) as string, role: 'owner', is_current: false }]);
    const id = answer.json().id as string;
    expect(await database.db.select().from(agents).where(eq(agents.workspaceId, id))).toMatchObject([{ name: 'Assistant', isDefault: true }]);
    const events = await database.db.select().from(auditEvents).where(eq(auditEvents.subjectId, id));
    expect(events.map((one) => one.workspaceId).sort()).toEqual([home, id].sort());
    expect((await list(owner)).map((one) => [one.id, one.is_current])).toEqual([[home, true], [id, false]]);
    expect((await askAs(web, owner, 'POST', '/api/workspaces', { name: '東京' })).json().slug).toMatch(/^workspace-/);
  });

  it('is made by owners who are people', async () => {
    const home = await aWorkspace(database.db);
    expect((await askAs(web, await aPerson(database.db, { [home]: 'admin' }), 'POST', '/api/workspaces', { name: 'X' })).status).toBe(403);
    const { key } = await createApiKey(database.db, { workspaceId: home, name: 'k', role: 'owner' });
    const answer = await web.ask('POST', '/api/workspaces', { key, body: '{"name":"X"}' });
    expect([answer.status, answer.json().detail]).toEqual([403, expect.stringContaining('people') as string]);
    expect((await askAs(web, await aPerson(database.db, { [home]: 'owner' }), 'POST', '/api/workspaces', { name: ' ' })).status).toBe(400);
  });
});

describe('switching', () => {
  it('moves this sign-in alone to another workspace, with the role one has there', async () => {
    const [first, second] = await twoWorkspaces();
    const person = await aPerson(database.db, { [first]: 'viewer', [second]: 'admin' });
    const elsewhere = await anotherSignIn(database.db, person.userId);
    expect(await current(person)).toBe(first);
    expect((await askAs(web, person, 'POST', `/api/workspaces/${second}/switch`)).json()).toMatchObject({ id: second, role: 'admin', is_current: true });
    expect((await askAs(web, person, 'GET', '/api/me')).json()).toMatchObject({ role: 'admin', workspace: { id: second } });
    expect((await list(person)).map((one) => one.is_current)).toEqual([false, true]);
    expect(await current(elsewhere)).toBe(first);
  });

  it('goes back to the first workspace when one leaves the other', async () => {
    const [first, second] = await twoWorkspaces();
    const person = await aPerson(database.db, { [first]: 'viewer', [second]: 'viewer' });
    await askAs(web, person, 'POST', `/api/workspaces/${second}/switch`);
    await database.sql`delete from memberships where workspace_id = ${second} and user_id = ${person.userId}`;
    expect(await current(person)).toBe(first);
  });

  it('to where one does not belong is 404, and a key has nowhere to switch to', async () => {
    const person = await aPerson(database.db, { [await aWorkspace(database.db)]: 'owner' });
    for (const id of [await aWorkspace(database.db), 'no-uuid']) expect((await askAs(web, person, 'POST', `/api/workspaces/${id}/switch`)).status).toBe(404);
    const mine = (await web.ask('GET', '/api/workspaces')).json() as { workspaces: MyWorkspace[] };
    expect(mine.workspaces).toMatchObject([{ role: 'admin', is_current: true }]);
    expect((await web.ask('POST', `/api/workspaces/${mine.workspaces[0]!.id}/switch`)).status).toBe(403);
  });
});

describe('settings', () => {
  it('are read by everybody, changed by admins, and the log has from and to', async () => {
    const home = await aWorkspace(database.db, 'before');
    const [admin, operator] = [await aPerson(database.db, { [home]: 'admin' }), await aPerson(database.db, { [home]: 'operator' })];
    expect((await askAs(web, operator, 'GET', '/api/workspace')).json()).toEqual({ id: home, name: 'before', slug: 'before', time_zone: 'America/Los_Angeles', retention_days: null });
    expect((await askAs(web, operator, 'PUT', '/api/workspace', { name: 'X' })).status).toBe(403);
    const answer = await askAs(web, admin, 'PUT', '/api/workspace', { name: 'after', time_zone: 'Europe/Berlin', retention_days: 30 });
    expect(answer.json()).toEqual({ id: home, name: 'after', slug: 'before', time_zone: 'Europe/Berlin', retention_days: 30 });
    expect((await askAs(web, admin, 'PUT', '/api/workspace', { retention_days: null, name: 'after' })).json()).toMatchObject({ retention_days: null });
    expect((await askAs(web, admin, 'PUT', '/api/workspace', {})).status).toBe(200);
    const events = await database.db.select().from(auditEvents).where(eq(auditEvents.workspaceId, home)).orderBy(auditEvents.at);
    expect(events.map((one) => one.details)).toEqual([
      { name: { from: 'before', to: 'after' }, time_zone: { from: 'America/Los_Angeles', to: 'Europe/Berlin' }, retention_days: { from: null, to: 30 } },
      { retention_days: { from: 30, to: null } },
    ]);
  });

  it('refuse what is no zone, no name and no number of days, naming the field', async () => {
    const admin = await aPerson(database.db, { [await aWorkspace(database.db)]: 'admin' });
    for (const [body, field] of [[{ time_zone: 'Mars/Olympus' }, 'time_zone'], [{ time_zone: '+02:00' }, 'time_zone'], [{ time_zone: '' }, 'time_zone'], [{ name: '' }, 'name'], [{ name: 'a\0b' }, 'name'], [{ retention_days: 0 }, 'retention_days'], [{ retention_days: 1.5 }, 'retention_days'], [{ retention_days: 3_651 }, 'retention_days']] as const) {
      const answer = await askAs(web, admin, 'PUT', '/api/workspace', body);
      expect([answer.status, answer.json().issues], JSON.stringify(body)).toMatchObject([400, [{ path: field }]]);
    }
  });
});
