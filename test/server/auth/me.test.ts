import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { auditEvents } from '@/server/audit/tables';
import { changePassword } from '@/server/auth/change-password';
import type { SignIn } from '@/server/auth/contract';
import type { Principal } from '@/server/auth/principal';
import { findSignedIn, signIn } from '@/server/auth/sign-in';
import { SignInThrottle } from '@/server/auth/sign-in-throttle';
import { signIns } from '@/server/auth/tables';
import { aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { ManualClock } from '@test/support/fakes/manual-clock';
import { anotherSignIn, aPerson, askAs, closingSessions, PASSWORD, type Person } from '@test/support/people';
import { startTestWeb, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
const sessions = closingSessions();
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db, sessions });
  workspaceId = await aWorkspace(database.db);
});
afterEach(() => { sessions.closed = []; });
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const viewer = () => aPerson(database.db, { [workspaceId]: 'viewer' });
const changeTo = (who: Person, newPassword: string, current = PASSWORD) => askAs(web, who, 'POST', '/api/me/password', { current_password: current, new_password: newPassword });
const signInsOf = async (who: Pick<Person, 'cookie'>) => ((await askAs(web, who, 'GET', '/api/me/sign-ins')).json() as { sign_ins: SignIn[] }).sign_ins;

describe('who one is', () => {
  it('has a name that one changes oneself', async () => {
    const person = await viewer();
    expect((await askAs(web, person, 'GET', '/api/me')).json()).toMatchObject({ kind: 'user', label: person.email, name: 'Somebody', has_password: true, role: 'viewer' });
    expect((await askAs(web, person, 'PUT', '/api/me', { name: ' Ada ' })).json()).toMatchObject({ name: 'Ada' });
    expect((await askAs(web, person, 'PUT', '/api/me', { name: '' })).status).toBe(400);
    const events = await database.db.select().from(auditEvents).where(eq(auditEvents.actorId, person.userId));
    expect(events).toMatchObject([{ action: 'user.rename', details: { name: { from: 'Somebody', to: 'Ada' } } }]);
  });

  it('is nobody for a key: what concerns an account is refused in words', async () => {
    expect((await web.ask('GET', '/api/me')).json()).toMatchObject({ kind: 'api_key', name: 'First key', has_password: false });
    const asked: [string, string, object?][] = [['PUT', '/api/me', { name: 'X' }], ['POST', '/api/me/password', { current_password: 'a', new_password: 'long enough now' }], ['GET', '/api/me/sign-ins'], ['DELETE', `/api/me/sign-ins/${workspaceId}`]];
    for (const [method, path, body] of asked) {
      const answer = await web.ask(method, path, body ? { body: JSON.stringify(body) } : {});
      expect([answer.status, answer.json().detail], `${method} ${path}`).toEqual([403, expect.stringContaining('people who signed in') as string]);
    }
  });
});

describe('changing one’s password', () => {
  it('takes the current one, keeps this sign-in, and ends every other and what it has open', async () => {
    const person = await viewer();
    const other = await anotherSignIn(database.db, person.userId);
    const answer = await changeTo(person, 'my next password');
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect((await askAs(web, person, 'GET', '/api/me')).status).toBe(200);
    expect((await askAs(web, other, 'GET', '/api/me')).status).toBe(401);
    expect(sessions.closed).toEqual([{ signInId: other.signInId }]);
    const attempt = (password: string) => signIn({ db: database.db, throttle: new SignInThrottle() }, { email: person.email, password, userAgent: '', address: '203.0.113.5' });
    await expect(attempt('my next password')).resolves.toMatchObject({ userId: person.userId });
    await expect(attempt(PASSWORD)).rejects.toMatchObject({ kind: 'unauthenticated' });
    const events = await database.db.select().from(auditEvents).where(eq(auditEvents.actorId, person.userId));
    expect(events).toMatchObject([{ action: 'user.change_password', workspaceId }]);
    expect(JSON.stringify(events) + web.log()).not.toContain('my next password');
  });

  it('refuses what is wrong, too short, too long or the same, and names the field', async () => {
    const person = await viewer();
    for (const [current, next, field] of [['wrong', 'my next password', 'current_password'], [PASSWORD, 'nine char', 'new_password'], [PASSWORD, 'x'.repeat(1_025), 'new_password'], [PASSWORD, PASSWORD, 'new_password']] as const) {
      const answer = await changeTo(person, next, current);
      expect([answer.status, answer.json().issues], field).toMatchObject([400, [{ path: field }]]);
    }
    expect((await changeTo(person, 'ten chars!')).status).toBe(204);
  });

  it('is throttled like the sign-in: a borrowed cookie is no way to guess the password', async () => {
    await using still = await startTestWeb({ db: database.db, signInThrottle: new SignInThrottle(new ManualClock()) });
    const person = await viewer();
    const attempt = (current: string) => askAs(still, person, 'POST', '/api/me/password', { current_password: current, new_password: 'my next password' });
    for (let n = 0; n < 5; n++) await attempt(`wrong ${n}`);
    const answer = await attempt(PASSWORD);
    expect([answer.status, Number(answer.headers['retry-after'])]).toEqual([429, 60]);
  });

  it('needs a password to change', async () => {
    const person = await aPerson(database.db, { [workspaceId]: 'viewer' }, { withoutPassword: true });
    const answer = await changeTo(person, 'my next password');
    expect([answer.status, answer.json().detail]).toEqual([409, expect.stringContaining('single sign-on') as string]);
  });

  it('happens once when the same current password is used twice at once', async () => {
    const person = await viewer();
    const principal: Principal = { kind: 'user', id: person.userId, workspaceId, role: 'viewer', scopes: ['*'], label: person.email, signInId: person.signInId };
    const results = await Promise.allSettled(['the first of two', 'the second of two'].map((newPassword) =>
      changePassword({ db: database.db, throttle: new SignInThrottle() }, { principal, address: '203.0.113.5', currentPassword: PASSWORD, newPassword })));
    expect(results.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('one’s sign-ins', () => {
  it('are listed with browser and address, without those that ended, and tell which one asks', async () => {
    const person = await viewer();
    const revoked = await anotherSignIn(database.db, person.userId);
    await database.sql`update sign_ins set revoked_at = now() where id = ${revoked.signInId}`;
    const expired = await anotherSignIn(database.db, person.userId);
    await database.sql`update sign_ins set expires_at = now() - interval '1 second' where id = ${expired.signInId}`;
    const made = await signIn({ db: database.db, throttle: new SignInThrottle() }, { email: person.email, password: PASSWORD, userAgent: `Browser ${'x'.repeat(400)}`, address: '198.51.100.7' });
    const list = await signInsOf(person);
    expect(list.map((one) => [one.id, one.is_current]).sort()).toEqual([[made.signInId, false], [person.signInId, true]].sort());
    const other = list.find((one) => one.id === made.signInId)!;
    expect(other).toMatchObject({ address: '198.51.100.7', user_agent: expect.stringMatching(/^Browser x+$/) as string });
    expect(other.user_agent).toHaveLength(300);
  });

  it('can be revoked, which closes what they have open; those of others cannot', async () => {
    const [person, stranger] = [await viewer(), await viewer()];
    const other = await anotherSignIn(database.db, person.userId);
    const revoke = (who: Person, id: string) => askAs(web, who, 'DELETE', `/api/me/sign-ins/${id}`);
    for (const id of [other.signInId, 'no-uuid']) expect((await revoke(stranger, id)).status).toBe(404);
    expect((await revoke(person, other.signInId)).status).toBe(204);
    expect(sessions.closed).toEqual([{ signInId: other.signInId }]);
    expect((await askAs(web, other, 'GET', '/api/me')).status).toBe(401);
    expect((await revoke(person, other.signInId)).status).toBe(404);
    expect((await revoke(person, person.signInId)).status).toBe(204);
    expect((await askAs(web, person, 'GET', '/api/me')).status).toBe(401);
  });

  it('note when they were last seen, at most once a minute', async () => {
    const person = await viewer();
    const seenAt = async () => (await database.db.select({ at: signIns.lastSeenAt }).from(signIns).where(eq(signIns.id, person.signInId)))[0]!.at;
    const setSeen = (secondsAgo: number) => database.sql`update sign_ins set last_seen_at = now() - make_interval(secs => ${secondsAgo}) where id = ${person.signInId}`;
    await setSeen(30);
    const before = await seenAt();
    await findSignedIn(database.db, person);
    expect(await seenAt()).toEqual(before);
    await setSeen(90);
    const older = await seenAt();
    await findSignedIn(database.db, person);
    expect((await seenAt()).getTime()).toBeGreaterThan(older.getTime() + 60_000);
  });

  it('of somebody whose password changes while it is being checked do not come into being', async () => {
    const person = await viewer();
    const attempts = await Promise.allSettled([
      changeTo(person, 'my next password'),
      ...[1, 2, 3].map((n) => signIn({ db: database.db, throttle: new SignInThrottle() }, { email: person.email, password: PASSWORD, userAgent: '', address: `203.0.113.${n}` })),
    ]);
    expect(attempts[0]).toMatchObject({ value: { status: 204 } });
    expect((await signInsOf(person)).map((one) => one.id)).toEqual([person.signInId]);
  });
});

describe('ways to sign in', () => {
  it('are told to everybody', async () => {
    expect((await web.ask('GET', '/api/sign-in-options', { key: null })).json()).toEqual({ password: true, oidc: null });
  });
});
