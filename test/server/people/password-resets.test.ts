import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { auditEvents } from '@/server/audit/tables';
import { signIn } from '@/server/auth/sign-in';
import { SignInThrottle } from '@/server/auth/sign-in-throttle';
import { memberships, passwordResets, users } from '@/server/auth/tables';
import { usePasswordReset } from '@/server/people/password-resets';
import { setNewPassword } from '@/server/people/set-new-password';
import { aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { aPerson, askAs, closingSessions, PASSWORD, type Person } from '@test/support/people';
import { startTestWeb, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;
let workspaceId: string;
let admin: Person;
const sessions = closingSessions();
beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db, sessions });
  workspaceId = await aWorkspace(database.db);
  admin = await aPerson(database.db, { [workspaceId]: 'admin' });
});
afterEach(() => { sessions.closed = []; });
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const reset = (userId: string, who = admin) => askAs(web, who, 'POST', `/api/users/${userId}/password-reset`);
async function linkFor(person: Person): Promise<string> {
  const answer = await reset(person.userId);
  expect(answer.status, answer.text).toBe(201);
  return new URL(answer.json().url as string).pathname.split('/').at(-1)!;
}
const lookup = (token: string) => web.ask('GET', `/api/password-resets/${token}`, { key: null });
const use = (token: string, password: string) => askAs(web, null, 'POST', `/api/password-resets/${token}`, { password });
const canSignIn = (email: string, password: string) =>
  signIn({ db: database.db, throttle: new SignInThrottle() }, { email, password, userAgent: '', address: '203.0.113.5' }).then(() => true, () => false);
const member = () => aPerson(database.db, { [workspaceId]: 'viewer' });

describe('a reset link', () => {
  it('sets a new password once; every sign-in ends, and what is open', async () => {
    const person = await member();
    const made = (await reset(person.userId)).json() as { url: string; expires_at: string };
    const token = made.url.split('/').at(-1)!;
    expect(made.url).toBe(`${web.url}/reset-password/${token}`);
    expect(Math.round((Date.parse(made.expires_at) - Date.now()) / 3_600_000)).toBe(24);
    expect((await lookup(token)).json()).toEqual({ email: person.email, expires_at: made.expires_at });
    const short = await use(token, 'too short');
    expect([short.status, short.json().issues]).toMatchObject([400, [{ path: 'password' }]]);
    expect((await use(token, 'my next password')).json()).toEqual({ email: person.email });
    expect([await canSignIn(person.email, 'my next password'), await canSignIn(person.email, PASSWORD)]).toEqual([true, false]);
    expect((await askAs(web, person, 'GET', '/api/me')).status).toBe(401);
    expect(sessions.closed).toEqual([{ kind: 'user', id: person.userId }]);
    expect((await use(token, 'another password')).status).toBe(404);
    expect((await lookup(token)).status).toBe(404);
    const actions = await database.db.select({ action: auditEvents.action, actorId: auditEvents.actorId }).from(auditEvents).where(eq(auditEvents.subjectId, person.userId)).orderBy(auditEvents.at);
    expect(actions).toEqual([{ action: 'user.reset_password', actorId: admin.userId }, { action: 'user.change_password', actorId: person.userId }]);
    const kept = JSON.stringify([await database.db.select().from(passwordResets), await database.db.select().from(auditEvents)]) + web.log();
    for (const secret of [token, 'my next password']) expect(kept).not.toContain(secret);
  });

  it('works for one of two who use it at the same moment', async () => {
    const person = await member();
    const token = await linkFor(person);
    const results = await Promise.allSettled(['first of the two', 'second of the two'].map((password) => usePasswordReset(database.db, { token, password })));
    expect(results.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    const won = results[0]!.status === 'fulfilled' ? 'first of the two' : 'second of the two';
    expect(await canSignIn(person.email, won)).toBe(true);
  });

  it('stops working when it has run out, was replaced, or when the person got another role, another password or left', async () => {
    const spoilers: ((person: Person, token: string) => Promise<unknown>)[] = [
      () => database.sql`update password_resets set expires_at = now() - interval '1 second' where used_at is null`,
      (person) => reset(person.userId),
      (person) => askAs(web, admin, 'PUT', `/api/users/${person.userId}`, { role: 'operator' }),
      (person) => askAs(web, person, 'POST', '/api/me/password', { current_password: PASSWORD, new_password: 'something else' }),
      (person) => askAs(web, admin, 'DELETE', `/api/users/${person.userId}`),
    ];
    for (const [index, spoil] of spoilers.entries()) {
      const person = await member();
      const token = await linkFor(person);
      await spoil(person, token);
      expect((await use(token, 'my next password')).status, `spoiler ${index}`).toBe(404);
    }
  });

  it('stops working when the person makes a workspace, of which whoever made the link is no owner', async () => {
    const [owner, other] = [await aPerson(database.db, { [workspaceId]: 'owner' }), await aPerson(database.db, { [workspaceId]: 'owner' })];
    const { url } = (await reset(owner.userId, other)).json() as { url: string };
    expect((await askAs(web, owner, 'POST', '/api/workspaces', { name: 'Their own' })).status).toBe(201);
    expect((await use(url.slice(url.lastIndexOf('/') + 1), 'my next password')).status).toBe(404);
  });

  it('is not made for somebody who is just joining another workspace', async () => {
    const [person, elsewhere] = [await member(), await aWorkspace(database.db)];
    let asked: ReturnType<typeof reset> | undefined;
    await database.db.transaction(async (tx) => {
      await tx.insert(memberships).values({ workspaceId: elsewhere, userId: person.userId, role: 'owner' });
      asked = reset(person.userId);
      await Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 300))]); // it has looked by now, unless it waits
    });
    expect((await asked!).status).toBe(403);
  });

  it('is not made for somebody of a higher role', async () => {
    const owner = await aPerson(database.db, { [workspaceId]: 'owner' });
    expect((await reset(owner.userId)).status).toBe(403);
    expect((await reset(admin.userId, owner)).status).toBe(201);
  });

  it('gives a password to somebody who came in through single sign-on alone', async () => {
    const person = await aPerson(database.db, { [workspaceId]: 'viewer' }, { withoutPassword: true });
    await use(await linkFor(person), 'my first password');
    expect(await canSignIn(person.email, 'my first password')).toBe(true);
  });

  it('cannot be guessed at for long', async () => {
    await using other = await createTestDatabase();
    await using site = await startTestWeb({ db: other.db });
    const statuses: number[] = [];
    for (let n = 0; n < 61; n++) statuses.push((await site.ask('GET', `/api/password-resets/guess${n}`, { key: null })).status);
    expect(statuses.slice(0, 60).every((status) => status === 404)).toBe(true);
    const refused = await site.ask('GET', '/api/password-resets/guess', { key: null });
    expect([refused.status, Number(refused.headers['retry-after'])]).toEqual([429, expect.any(Number) as number]);
  });
});

describe('the operator who lost their password', () => {
  it('gets a new one from the machine, and whoever was signed in with the old one is out', async () => {
    const owner = await aPerson(database.db, { [workspaceId]: 'owner' });
    const made = await setNewPassword(database.db, { email: ` ${owner.email.toUpperCase()}`, by: 'the command' });
    expect(made.email).toBe(owner.email);
    expect([await canSignIn(owner.email, made.password), await canSignIn(owner.email, PASSWORD)]).toEqual([true, false]);
    expect((await askAs(web, owner, 'GET', '/api/me')).status).toBe(401);
    const [event] = await database.db.select().from(auditEvents).where(eq(auditEvents.subjectId, owner.userId));
    expect(event).toMatchObject({ action: 'user.change_password', details: { by: 'the command' } });
  });

  it('is told who the owners are when the e-mail is unknown', async () => {
    await expect(setNewPassword(database.db, { email: 'nobody@example.org', by: 'x' })).rejects.toThrow(/Nobody has the e-mail nobody@example\.org\. Owners: .*admin@parley\.local/);
    expect(await database.db.select().from(users).where(eq(users.email, 'nobody@example.org'))).toEqual([]);
  });
});

describe('npm run reset-password', () => {
  const command = fileURLToPath(new URL('../../../src/server/people/main.ts', import.meta.url));
  const run = (...args: string[]) =>
    new Promise<{ code: number | string; output: string }>((resolve) => {
      execFile(process.execPath, ['--import', 'tsx', command, ...args], { env: { ...process.env, PARLEY_DATA_DIR: join(tmpdir(), 'no-such-parley'), DATABASE_URL: database.url } },
        (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }));
    });

  it('prints a password that works, or what is wrong', async () => {
    const owner = await aPerson(database.db, { [workspaceId]: 'owner' });
    const { code, output } = await run(owner.email.toUpperCase());
    expect(code, output).toBe(0);
    const password = /^New password of (\S+): (\S+)$/m.exec(output);
    expect(password?.[1]).toBe(owner.email);
    expect(await canSignIn(owner.email, password![2]!)).toBe(true);
    expect(await run('nobody@example.org')).toMatchObject({ code: 1, output: expect.stringContaining('Owners:') as string });
    expect(await run()).toMatchObject({ code: 1, output: expect.stringContaining('Usage') as string });
  });
});
