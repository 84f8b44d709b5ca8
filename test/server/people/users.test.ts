import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { auditEvents } from '@/server/audit/tables';
import { createApiKey } from '@/server/auth/api-keys';
import type { Principal, Role } from '@/server/auth/principal';
import { memberships, passwordResets } from '@/server/auth/tables';
import type { User } from '@/server/people/contract';
import { removeUser } from '@/server/people/remove-user';
import { updateUser } from '@/server/people/update-user';
import { aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { anotherSignIn, aPerson, askAs, closingSessions, type Person } from '@test/support/people';
import { startTestWeb, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;
const sessions = closingSessions();
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db, sessions });
});
afterEach(() => { sessions.closed = []; sessions.away = false; });
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** A workspace of its own with one person of each role. */
async function aTeam() {
  const { db } = database;
  const workspaceId = await aWorkspace(db);
  const [owner, admin, operator, viewer] = await Promise.all((['owner', 'admin', 'operator', 'viewer'] as const).map((role) => aPerson(db, { [workspaceId]: role })));
  return { workspaceId, owner: owner!, admin: admin!, operator: operator!, viewer: viewer! };
}

const put = (who: Person, userId: string, body: object) => askAs(web, who, 'PUT', `/api/users/${userId}`, body);
const remove = (who: Person, userId: string) => askAs(web, who, 'DELETE', `/api/users/${userId}`);
const roleOf = async (workspaceId: string, userId: string): Promise<Role | undefined> =>
  (await database.db.select({ role: memberships.role }).from(memberships).where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId))))[0]?.role;
const actionsOf = async (workspaceId: string) => (await database.db.select().from(auditEvents).where(eq(auditEvents.workspaceId, workspaceId))).map((one) => one.action);
const principalOf = (person: Person, workspaceId: string, role: Role): Principal => ({ kind: 'user', id: person.userId, workspaceId, role, scopes: ['*'], label: person.email });

describe('the list of members', () => {
  it('shows each one with role and last sign of life, tells which is the caller, and searches by e-mail and name', async () => {
    const { admin, owner, viewer, workspaceId } = await aTeam();
    const never = await aPerson(database.db, { [workspaceId]: 'viewer' }, { withoutPassword: true });
    await database.sql`delete from sign_ins where user_id = ${never.userId}`;
    const page = (await askAs(web, admin, 'GET', '/api/users')).json() as { users: User[]; total: number; limit: number; offset: number };
    expect(page).toMatchObject({ total: 5, limit: 50, offset: 0 });
    const byId = new Map(page.users.map((one) => [one.id, one]));
    expect(byId.get(owner.userId)).toMatchObject({ email: owner.email, role: 'owner', is_me: false, has_password: true, last_seen_at: expect.stringMatching(/Z$/) });
    expect(byId.get(admin.userId)).toMatchObject({ is_me: true });
    expect(byId.get(never.userId)).toMatchObject({ last_seen_at: null, has_password: false });
    expect((await askAs(web, admin, 'GET', `/api/users?q=${viewer.email.slice(0, 6).toUpperCase()}`)).json()).toMatchObject({ total: 1, users: [{ id: viewer.userId }] });
    expect((await askAs(web, admin, 'GET', '/api/users?limit=2&offset=4')).json()).toMatchObject({ total: 5, users: [{}] });
    expect(JSON.stringify(page)).not.toMatch(/argon2|password_hash/);
  });

  it('is for admins', async () => {
    const { operator, viewer } = await aTeam();
    for (const who of [operator, viewer]) expect((await askAs(web, who, 'GET', '/api/users')).status).toBe(403);
  });

  it('ends at the edge of the workspace', async () => {
    const here = await aTeam();
    const there = await aTeam();
    expect((await askAs(web, here.owner, 'GET', '/api/users')).text).not.toContain(there.viewer.email);
    for (const id of [there.viewer.userId, 'no-uuid']) {
      expect((await put(here.owner, id, { role: 'admin' })).status).toBe(404);
      expect((await remove(here.owner, id)).status).toBe(404);
      expect((await askAs(web, here.owner, 'POST', `/api/users/${id}/password-reset`)).status).toBe(404);
    }
    expect(await roleOf(there.workspaceId, there.viewer.userId)).toBe('viewer');
  });
});

describe('roles', () => {
  it('are changed by admins, below owners, and the log has from and to', async () => {
    const { admin, viewer, workspaceId } = await aTeam();
    const answer = await put(admin, viewer.userId, { role: 'admin', name: ' Vera ' });
    expect([answer.status, answer.json()]).toMatchObject([200, { role: 'admin', name: 'Vera' }]);
    const [event] = await database.db.select().from(auditEvents).where(eq(auditEvents.workspaceId, workspaceId));
    expect(event).toMatchObject({ action: 'user.update', actorId: admin.userId, subjectId: viewer.userId, details: { role: { from: 'viewer', to: 'admin' }, name: { from: 'Somebody', to: 'Vera' } } });
    await put(admin, viewer.userId, { role: 'admin' });
    expect(await actionsOf(workspaceId)).toHaveLength(1);
  });

  it('of owners are out of an admin’s reach, and nobody raises themselves', async () => {
    const { admin, owner, operator, viewer, workspaceId } = await aTeam();
    for (const [who, whom, body] of [[admin, owner, { role: 'viewer' }], [admin, owner, { name: 'X' }], [admin, viewer, { role: 'owner' }], [admin, admin, { role: 'owner' }], [operator, operator, { role: 'admin' }], [viewer, viewer, { role: 'operator' }]] as const)
      expect((await put(who, whom.userId, body)).status, `${whom.email} ${JSON.stringify(body)}`).toBe(403);
    expect((await remove(admin, owner.userId)).status).toBe(403);
    expect(await actionsOf(workspaceId)).toEqual([]);
    expect((await put(owner, viewer.userId, { role: 'owner' })).status).toBe(200);
    expect((await put(viewer, owner.userId, { role: 'viewer' })).status).toBe(200);
  });

  it('bind keys as they bind people', async () => {
    const { owner, viewer, workspaceId } = await aTeam();
    const { key } = await createApiKey(database.db, { workspaceId, name: 'k', role: 'admin' });
    expect((await web.ask('PUT', `/api/users/${viewer.userId}`, { key, body: '{"role":"operator"}' })).status).toBe(200);
    expect((await web.ask('PUT', `/api/users/${owner.userId}`, { key, body: '{"role":"viewer"}' })).status).toBe(403);
    expect((await web.ask('PUT', `/api/users/${viewer.userId}`, { key, body: '{"role":"owner"}' })).status).toBe(403);
  });

  it('are checked: an unknown role and an empty name are 400 and name the field', async () => {
    const { admin, viewer } = await aTeam();
    for (const [body, field] of [[{ role: 'king' }, 'role'], [{ name: '  ' }, 'name'], [{ name: 'x'.repeat(101) }, 'name']] as const) {
      const answer = await put(admin, viewer.userId, body);
      expect([answer.status, answer.json().issues]).toMatchObject([400, [{ path: field }]]);
    }
  });

  it('that shrink close what the person has open; a raise does not', async () => {
    const { owner, operator } = await aTeam();
    await put(owner, operator.userId, { role: 'admin' });
    expect(sessions.closed).toEqual([]);
    await put(owner, operator.userId, { role: 'viewer' });
    expect(sessions.closed).toEqual([{ kind: 'user', id: operator.userId }]);
  });
});

describe('the last owner', () => {
  it('stays: neither demoted nor removed, not even by themselves', async () => {
    const { owner, workspaceId } = await aTeam();
    expect((await put(owner, owner.userId, { role: 'admin' })).status).toBe(409);
    expect((await remove(owner, owner.userId)).status).toBe(409);
    expect(await roleOf(workspaceId, owner.userId)).toBe('owner');
  });

  it('stays when the last two demote or remove each other at once', async () => {
    for (let round = 0; round < 5; round++) {
      const workspaceId = await aWorkspace(database.db);
      const [one, two] = await Promise.all([1, 2].map(() => aPerson(database.db, { [workspaceId]: 'owner' })));
      const results = await Promise.allSettled([
        updateUser(database.db, { principal: principalOf(one!, workspaceId, 'owner'), input: { user_id: two!.userId, role: 'admin' } }),
        removeUser(database.db, { principal: principalOf(two!, workspaceId, 'owner'), userId: one!.userId }),
      ]);
      expect(results.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(results.find((one) => one.status === 'rejected')).toMatchObject({ reason: { kind: 'conflict' } });
      const owners = await database.db.select().from(memberships).where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.role, 'owner')));
      expect(owners).toHaveLength(1);
    }
  });
});

describe('removing a member', () => {
  it('ends the membership, every sign-in and what is open, and leaves a line in the log', async () => {
    const { admin, operator, workspaceId } = await aTeam();
    const second = await anotherSignIn(database.db, operator.userId);
    expect((await remove(admin, operator.userId)).status).toBe(204);
    for (const who of [operator, second]) expect((await askAs(web, who, 'GET', '/api/me')).status).toBe(401);
    expect(sessions.closed).toEqual([{ kind: 'user', id: operator.userId }]);
    expect(await actionsOf(workspaceId)).toEqual(['user.remove']);
    expect((await remove(admin, operator.userId)).status).toBe(404);
  });

  it('leaves the person in their other workspaces', async () => {
    const here = await aTeam();
    const elsewhere = await aWorkspace(database.db);
    const both = await aPerson(database.db, { [here.workspaceId]: 'viewer', [elsewhere]: 'admin' });
    expect((await askAs(web, both, 'GET', '/api/me')).json()).toMatchObject({ workspace: { id: here.workspaceId } });
    await remove(here.admin, both.userId);
    expect((await askAs(web, both, 'GET', '/api/me')).json()).toMatchObject({ role: 'admin', workspace: { id: elsewhere } });
  });

  it('or making them less ends the links they made, through which they could come back', async () => {
    for (const leave of [(owner: Person, admin: Person) => remove(owner, admin.userId), (owner: Person, admin: Person) => put(owner, admin.userId, { role: 'viewer' })]) {
      const { owner, admin, operator } = await aTeam();
      const link = async (who: Person, path: string, body?: object) => new URL((await askAs(web, who, 'POST', path, body)).json().url as string).pathname.split('/').at(-1)!;
      const resets = { theirs: await link(admin, `/api/users/${operator.userId}/password-reset`), others: await link(owner, `/api/users/${owner.userId}/password-reset`) };
      const invited = (role: Role) => ({ email: `${role}-${randomUUID()}@example.org`, role });
      const invitations = { theirs: await link(admin, '/api/invitations', invited('operator')), others: await link(owner, '/api/invitations', invited('admin')) };
      expect((await leave(owner, admin)).status).toBeLessThan(300);
      const status = async (path: string) => (await web.ask('GET', path, { key: null })).status;
      expect([await status(`/api/password-resets/${resets.theirs}`), await status(`/api/password-resets/${resets.others}`)]).toEqual([404, 200]);
      expect([await status(`/api/invitations/by-token/${invitations.theirs}`), await status(`/api/invitations/by-token/${invitations.others}`)]).toEqual([404, 200]);
    }
  });

  it('stands although realtime does not answer, which the log says', async () => {
    const { admin, viewer, workspaceId } = await aTeam();
    sessions.away = true;
    expect((await remove(admin, viewer.userId)).status).toBe(204);
    expect(await roleOf(workspaceId, viewer.userId)).toBeUndefined();
    expect(web.log()).toContain('could not be closed');
  });
});

describe('an account in several workspaces', () => {
  it('is neither renamed nor reset by who administers only one of them', async () => {
    const here = await aTeam();
    const elsewhere = await aWorkspace(database.db);
    const both = await aPerson(database.db, { [here.workspaceId]: 'viewer', [elsewhere]: 'owner' });
    for (const who of [here.admin, here.owner]) {
      const answer = await askAs(web, who, 'POST', `/api/users/${both.userId}/password-reset`);
      expect([answer.status, answer.json().detail]).toEqual([403, expect.stringContaining('another') as string]);
      expect((await put(who, both.userId, { name: 'Mallory' })).status).toBe(403);
    }
    const { key } = await createApiKey(database.db, { workspaceId: here.workspaceId, name: 'k', role: 'owner' });
    expect((await web.ask('POST', `/api/users/${both.userId}/password-reset`, { key })).status).toBe(403);
    expect(await database.db.select().from(passwordResets).where(eq(passwordResets.userId, both.userId))).toEqual([]);
    expect((await put(here.admin, both.userId, { role: 'operator' })).status).toBe(200);
    const ruler = await aPerson(database.db, { [here.workspaceId]: 'admin', [elsewhere]: 'owner' });
    expect((await askAs(web, ruler, 'POST', `/api/users/${both.userId}/password-reset`)).status).toBe(201);
  });
});
