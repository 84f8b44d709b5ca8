import { randomUUID } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditEvents } from '@/server/audit/tables';
import { createApiKey } from '@/server/auth/api-keys';
import { signIn } from '@/server/auth/sign-in';
import { SignInThrottle } from '@/server/auth/sign-in-throttle';
import { invitations, memberships, users } from '@/server/auth/tables';
import { acceptInvitation } from '@/server/people/accept-invitation';
import { aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { aPerson, askAs, PASSWORD, type Person } from '@test/support/people';
import { startTestWeb, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
let admin: Person;
let owner: Person;
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
  workspaceId = await aWorkspace(database.db, 'acme');
  admin = await aPerson(database.db, { [workspaceId]: 'admin' });
  owner = await aPerson(database.db, { [workspaceId]: 'owner' });
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const anEmail = () => `${randomUUID().slice(0, 8)}@example.org`;
const invite = (body: object, who = admin) => askAs(web, who, 'POST', '/api/invitations', body);
const tokenOf = (url: string) => new URL(url).pathname.split('/').at(-1)!;
async function invited(email = anEmail(), role = 'operator', who = admin) {
  const answer = await invite({ email, role }, who);
  expect(answer.status, answer.text).toBe(201);
  const { invitation, url } = answer.json() as { invitation: { id: string }; url: string };
  return { email, id: invitation.id, url, token: tokenOf(url) };
}
const lookup = (token: string) => web.ask('GET', `/api/invitations/by-token/${token}`, { key: null });
const accept = (token: string, body: object, who: Person | null = null) => askAs(web, who, 'POST', `/api/invitations/by-token/${token}/accept`, body);
const membershipsOf = (email: string) => database.db.select({ workspaceId: memberships.workspaceId, role: memberships.role }).from(memberships)
  .innerJoin(users, eq(users.id, memberships.userId)).where(eq(users.email, email));
const throttle = () => new SignInThrottle();

describe('an invitation', () => {
  it('is a link on the address that the console was reached by, shown once and kept as a hash', async () => {
    const email = anEmail();
    const { url, token, id } = await invited(` ${email.toUpperCase()} `);
    expect(url).toBe(`${web.url}/invite/${token}`);
    expect(Buffer.from(token, 'base64url')).toHaveLength(24);
    const list = await askAs(web, admin, 'GET', `/api/invitations?q=${email}`);
    expect(list.json()).toMatchObject({ total: 1, invitations: [{ id, email, role: 'operator', invited_by: admin.email, status: 'open' }] });
    const kept = JSON.stringify([await database.db.select().from(invitations), await database.db.select().from(auditEvents)]) + list.text + web.log();
    expect(kept).not.toContain(token);
    const [event] = await database.db.select().from(auditEvents).where(eq(auditEvents.subjectId, id));
    expect(event).toMatchObject({ action: 'invitation.create', actorId: admin.userId, subjectLabel: email });
  });

  it('has PUBLIC_URL in its link when there is one', async () => {
    await using other = await createTestDatabase();
    await using site = await startTestWeb({ db: other.db, environment: { PUBLIC_URL: 'https://parley.example.com/' } });
    const answer = await site.ask('POST', '/api/invitations', { body: JSON.stringify({ email: 'a@example.org', role: 'viewer' }) });
    expect(answer.json().url).toMatch(/^https:\/\/parley\.example\.com\/invite\/[\w-]{32}$/);
  });

  it('can be made with a key, by nobody then', async () => {
    const { key } = await createApiKey(database.db, { workspaceId, name: 'k', role: 'admin' });
    const answer = await web.ask('POST', '/api/invitations', { key, body: JSON.stringify({ email: anEmail(), role: 'viewer' }) });
    expect(answer.json()).toMatchObject({ invitation: { invited_by: null } });
  });

  it('is refused for members, for roles above one’s own, and for what is no e-mail', async () => {
    expect((await invite({ email: owner.email.toUpperCase(), role: 'viewer' })).status).toBe(409);
    expect((await invite({ email: anEmail(), role: 'owner' })).status).toBe(403);
    for (const [body, field] of [[{ email: 'nobody', role: 'viewer' }, 'email'], [{ role: 'viewer' }, 'email'], [{ email: anEmail() }, 'role'], [{ email: `${'x'.repeat(250)}@example.org`, role: 'viewer' }, 'email']] as const) {
      const answer = await invite(body);
      expect([answer.status, answer.json().issues]).toMatchObject([400, [{ path: field }]]);
    }
    expect((await invite({ email: anEmail(), role: 'viewer' }, await aPerson(database.db, { [workspaceId]: 'operator' }))).status).toBe(403);
  });

  it('replaces an open one to the same e-mail, also when two are made at once', async () => {
    const first = await invited();
    const second = await invited(first.email, 'viewer');
    expect((await lookup(first.token)).status).toBe(404);
    expect((await lookup(second.token)).json()).toMatchObject({ role: 'viewer' });
    await Promise.all([invited(first.email), invited(first.email), invited(first.email)]);
    expect((await askAs(web, admin, 'GET', `/api/invitations?q=${first.email}`)).json().total).toBe(1);
  });

  it('to an owner is an owner’s to replace and to take back', async () => {
    const made = await invited(anEmail(), 'owner', owner);
    expect((await invite({ email: made.email, role: 'viewer' })).status).toBe(403);
    expect((await askAs(web, admin, 'DELETE', `/api/invitations/${made.id}`)).status).toBe(403);
    expect((await askAs(web, owner, 'DELETE', `/api/invitations/${made.id}`)).status).toBe(204);
  });

  it('stops working when it is taken back or has run out; the list shows the one that ran out', async () => {
    const taken = await invited();
    expect((await askAs(web, admin, 'DELETE', `/api/invitations/${taken.id}`)).status).toBe(204);
    expect((await askAs(web, admin, 'DELETE', `/api/invitations/${taken.id}`)).status).toBe(404);
    const late = await invited();
    await database.sql`update invitations set expires_at = now() - interval '1 second' where id = ${late.id}`;
    for (const token of [taken.token, late.token, 'guess']) {
      expect((await lookup(token)).status).toBe(404);
      expect((await accept(token, { password: PASSWORD })).status).toBe(404);
    }
    expect((await askAs(web, admin, 'GET', `/api/invitations?q=${late.email}`)).json()).toMatchObject({ invitations: [{ status: 'expired' }] });
  });

  it('of another workspace is unknown', async () => {
    const stranger = await aPerson(database.db, { [await aWorkspace(database.db)]: 'owner' });
    const made = await invited();
    expect((await askAs(web, stranger, 'DELETE', `/api/invitations/${made.id}`)).status).toBe(404);
    expect((await askAs(web, stranger, 'GET', '/api/invitations')).json()).toMatchObject({ total: 0 });
    expect((await lookup(made.token)).status).toBe(200);
  });
});

describe('accepting', () => {
  it('makes a person with a password of their own, once', async () => {
    const { email, token } = await invited();
    expect((await lookup(token)).json()).toEqual({ email, role: 'operator', workspace_name: 'acme', expires_at: expect.stringMatching(/Z$/) as string, has_account: false });
    for (const password of [undefined, 'too short', 'x'.repeat(1_025)]) {
      const answer = await accept(token, { name: 'New', password });
      expect([answer.status, answer.json().issues]).toMatchObject([400, [{ path: 'password' }]]);
    }
    expect((await accept(token, { name: 'New', password: 'chosen by me' })).json()).toEqual({ email });
    expect(await membershipsOf(email)).toEqual([{ workspaceId, role: 'operator' }]);
    expect(await signIn({ db: database.db, throttle: throttle() }, { email, password: 'chosen by me', userAgent: '', address: '203.0.113.5' })).toMatchObject({ name: 'New' });
    expect((await accept(token, { password: 'chosen by me' })).status).toBe(404);
    const events = await database.db.select().from(auditEvents).where(and(eq(auditEvents.action, 'invitation.accept'), eq(auditEvents.actorLabel, email)));
    expect(events).toMatchObject([{ workspaceId, details: { role: 'operator' } }]);
  });

  it('makes one member when two do it at once', async () => {
    const { db } = database;
    const { email, token } = await invited();
    const results = await Promise.allSettled([1, 2, 3].map((n) => acceptInvitation({ db, throttle: throttle() }, { token, name: `N${n}`, password: PASSWORD, address: '203.0.113.5', principal: null })));
    expect(results.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await membershipsOf(email)).toHaveLength(1);
    const one = await aPerson(db, { [await aWorkspace(db)]: 'viewer' });
    const existing = await invited(one.email);
    const again = await Promise.allSettled([1, 2].map(() => acceptInvitation({ db, throttle: throttle() }, { token: existing.token, name: undefined, password: PASSWORD, address: '203.0.113.5', principal: null })));
    expect(again.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('as somebody who exists takes that account’s password, and changes nothing of the account', async () => {
    const elsewhere = await aWorkspace(database.db);
    const person = await aPerson(database.db, { [elsewhere]: 'owner' });
    const { token } = await invited(person.email.toUpperCase());
    expect((await lookup(token)).json()).toMatchObject({ has_account: true });
    expect((await accept(token, {})).status).toBe(400);
    expect((await accept(token, { name: 'Mallory', password: 'a password I would like' })).status).toBe(401);
    expect((await accept(token, { name: 'Mallory', password: PASSWORD })).status).toBe(200);
    expect(await membershipsOf(person.email)).toEqual(expect.arrayContaining([{ workspaceId, role: 'operator' }, { workspaceId: elsewhere, role: 'owner' }]));
    expect((await database.db.select().from(users).where(eq(users.id, person.userId)))[0]).toMatchObject({ name: 'Somebody' });
  });

  it('counts wrong passwords in the sign-in throttle', async () => {
    const { db } = database;
    const person = await aPerson(db, { [await aWorkspace(db)]: 'viewer' });
    const { token } = await invited(person.email);
    const shared = throttle();
    const attempt = (password: string) => acceptInvitation({ db, throttle: shared }, { token, name: undefined, password, address: '203.0.113.5', principal: null });
    for (let n = 0; n < 5; n++) await expect(attempt('wrong')).rejects.toMatchObject({ kind: 'unauthenticated' });
    await expect(attempt(PASSWORD)).rejects.toMatchObject({ kind: 'rate_limited' });
    await expect(signIn({ db, throttle: shared }, { email: person.email, password: PASSWORD, userAgent: '', address: '203.0.113.5' })).rejects.toMatchObject({ kind: 'rate_limited' });
  });

  it('needs no password from whoever is signed in as that account, and from nobody else', async () => {
    const person = await aPerson(database.db, { [await aWorkspace(database.db)]: 'viewer' });
    const { token } = await invited(person.email);
    expect((await accept(token, {}, admin)).status).toBe(400);
    expect((await accept(token, {}, person)).status).toBe(200);
  });

  it('opens no account that has no password, unless its person is signed in', async () => {
    const person = await aPerson(database.db, { [await aWorkspace(database.db)]: 'viewer' }, { withoutPassword: true });
    const { token } = await invited(person.email);
    expect((await accept(token, { password: 'a password I would like' })).status).toBe(409);
    expect((await accept(token, {}, person)).status).toBe(200);
  });

  it('brings back somebody who was removed', async () => {
    const person = await aPerson(database.db, { [workspaceId]: 'viewer' });
    await askAs(web, admin, 'DELETE', `/api/users/${person.userId}`);
    await expect(signIn({ db: database.db, throttle: throttle() }, { email: person.email, password: PASSWORD, userAgent: '', address: '203.0.113.5' })).rejects.toMatchObject({ kind: 'forbidden' });
    const { token } = await invited(person.email, 'admin');
    expect((await accept(token, { password: PASSWORD })).status).toBe(200);
    expect(await membershipsOf(person.email)).toEqual([{ workspaceId, role: 'admin' }]);
  });

  it('from another site with the person’s cookie is refused', async () => {
    const person = await aPerson(database.db, { [await aWorkspace(database.db)]: 'viewer' });
    const { token } = await invited(person.email);
    const answer = await web.ask('POST', `/api/invitations/by-token/${token}/accept`, { key: null, body: '{}', headers: { cookie: person.cookie, origin: 'https://evil.example' } });
    expect(answer.status).toBe(403);
  });
});
