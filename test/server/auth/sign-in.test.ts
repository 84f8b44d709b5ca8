import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNextAuthBridge } from '@/server/auth/create-next-bridge';
import { findSignedIn, signIn } from '@/server/auth/sign-in';
import { SignInThrottle } from '@/server/auth/sign-in-throttle';
import { signIns, users } from '@/server/auth/tables';
import { createLogger } from '@/server/platform/logger';
import { Secret } from '@/server/platform/secret';
import { bootstrapWorkspace } from '@/server/workspaces/bootstrap';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { ADMIN_PASSWORD, webConfig } from '@test/support/web';

const EMAIL = 'admin@parley.local';
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await bootstrapWorkspace({ db: database.db, config: webConfig() });
});
afterAll(async () => { await database[Symbol.asyncDispose](); });

const attempt = (email: string, password: string, throttle = new SignInThrottle(), address = '203.0.113.5') =>
  signIn({ db: database.db, throttle }, { email, password, address, userAgent: 'test' });

class MovedClock {
  elapsedMs = 1_000;
  now() { return new Date(this.elapsedMs); }
  monotonic() { return this.elapsedMs; }
}

describe('signing in', () => {
  it('makes a revocable row, whatever the case of the address', async () => {
    const signedIn = await attempt(` ${EMAIL.toUpperCase()} `, ADMIN_PASSWORD);
    expect(signedIn).toMatchObject({ email: EMAIL });
    const [row] = await database.db.select().from(signIns).where(eq(signIns.id, signedIn.signInId));
    expect(row).toMatchObject({ userId: signedIn.userId, userAgent: 'test', revokedAt: null });
    expect(await findSignedIn(database.db, signedIn)).toMatchObject({ kind: 'user', role: 'owner' });
  });

  it('keeps passwords as argon2id', async () => {
    const [row] = await database.db.select({ hash: users.passwordHash }).from(users).where(eq(users.email, EMAIL));
    expect(row?.hash).toMatch(/^\$argon2id\$/);
  });

  it('answers an unknown person and a wrong password alike', async () => {
    const answers = await Promise.all([attempt(EMAIL, 'wrong'), attempt('nobody@example.org', 'wrong'), attempt('', '')].map((one) => one.catch((error: Error) => error)));
    for (const answer of answers) expect(answer).toMatchObject({ kind: 'unauthenticated', message: 'Wrong e-mail or password' });
  });

  it('neither remembers nor looks up what is longer than any address or password', async () => {
    const throttle = new SignInThrottle(new MovedClock());
    for (const [email, password] of [['x'.repeat(255), 'wrong'], [EMAIL, 'x'.repeat(1_025)]] as const)
      for (let n = 0; n < 6; n++) await expect(attempt(email, password, throttle)).rejects.toMatchObject({ kind: 'unauthenticated' });
    await expect(attempt(EMAIL, ADMIN_PASSWORD, throttle)).resolves.toMatchObject({ email: EMAIL });
  });
});

describe('the lock-out', () => {
  const failTimes = async (throttle: SignInThrottle, times: number, email = EMAIL, address = '203.0.113.5') => {
    for (let n = 0; n < times; n++) throttle.failed(email, address);
  };

  it('refuses even the right password after five failures, says when to return, and opens then', async () => {
    const clock = new MovedClock();
    const throttle = new SignInThrottle(clock);
    await failTimes(throttle, 4);
    await expect(attempt(EMAIL, 'wrong', throttle)).rejects.toMatchObject({ kind: 'unauthenticated' });
    await expect(attempt(EMAIL, ADMIN_PASSWORD, throttle)).rejects.toMatchObject({ kind: 'rate_limited', retryAfterSeconds: 60 });
    clock.elapsedMs += 60_001;
    await expect(attempt(EMAIL, ADMIN_PASSWORD, throttle)).resolves.toMatchObject({ email: EMAIL });
  });

  it('locks longer each time, up to a quarter of an hour, and a success begins anew', async () => {
    const clock = new MovedClock();
    const throttle = new SignInThrottle(clock);
    await failTimes(throttle, 5);
    const locks: number[] = [];
    for (let n = 0; n < 6; n++) {
      try { throttle.assertOpen(EMAIL, '203.0.113.5'); } catch (error) { locks.push((error as { retryAfterSeconds: number }).retryAfterSeconds); }
      clock.elapsedMs += 15 * 60_000 + 1;
      throttle.failed(EMAIL, '203.0.113.5');
    }
    expect(locks).toEqual([60, 120, 240, 480, 900, 900]);
    throttle.succeeded(EMAIL, '203.0.113.5');
    await failTimes(throttle, 4, EMAIL, '203.0.113.6');
    expect(() => throttle.assertOpen(EMAIL, '203.0.113.6')).not.toThrow();
  });

  it('is the same for people who do not exist', async () => {
    const throttle = new SignInThrottle(new MovedClock());
    await failTimes(throttle, 5, 'nobody@example.org');
    expect(() => throttle.assertOpen('nobody@example.org', '203.0.113.5')).toThrow(/Too many/);
  });

  it('does not let one address lock a person out everywhere, and stops an address that tries many people', async () => {
    const throttle = new SignInThrottle(new MovedClock());
    await failTimes(throttle, 5);
    expect(() => throttle.assertOpen(EMAIL, '198.51.100.7')).not.toThrow();
    for (let n = 0; n < 30; n++) throttle.failed(`person-${n}@example.org`, '192.0.2.9');
    expect(() => throttle.assertOpen('somebody@example.org', '192.0.2.9')).toThrow(/Too many/);
  });

  it('counts guesses that are sent at once: no more of them are looked at than one after the other would be', async () => {
    const throttle = new SignInThrottle(new MovedClock());
    const kinds = (await Promise.all(Array.from({ length: 20 }, () => attempt(EMAIL, 'wrong', throttle).catch((error: { kind: string }) => error.kind)))).sort();
    expect(kinds).toEqual([...Array<string>(15).fill('rate_limited'), ...Array<string>(5).fill('unauthenticated')]);
    await expect(attempt(EMAIL, ADMIN_PASSWORD, throttle)).rejects.toMatchObject({ kind: 'rate_limited', retryAfterSeconds: 60 });
    const others = Array.from({ length: 4 }, () => attempt(EMAIL, ADMIN_PASSWORD, throttle, '198.51.100.7'));
    await expect(Promise.all(others)).resolves.toHaveLength(4);
  });

  it('reaches the sign-in route as a plain value', async () => {
    const throttle = new SignInThrottle(new MovedClock());
    const bridge = createNextAuthBridge({ db: database.db, secret: new Secret('s'), logger: createLogger({ name: 'test', level: 'silent' }), throttle });
    const request = { email: EMAIL, password: 'wrong', userAgent: '', address: '203.0.113.5' };
    expect(await bridge.signIn(request)).toEqual({ ok: false, reason: 'wrong' });
    await failTimes(throttle, 4);
    expect(await bridge.signIn(request)).toEqual({ ok: false, reason: 'locked', retryAfterSeconds: 60 });
    const signedIn = await bridge.signIn({ ...request, password: ADMIN_PASSWORD, address: '198.51.100.7' });
    if (!signedIn.ok) throw new Error('refused');
    expect(await bridge.isCurrent(signedIn)).toBe(true);
    await bridge.signOut(signedIn.signInId);
    expect(await bridge.isCurrent(signedIn)).toBe(false);
  });
});

describe('a sign-in that our own failure stops', () => {
  it('is no wrong password and tells nothing of the query', async () => {
    await using broken = await createTestDatabase();
    await broken.sql`alter table users rename to users_gone`;
    const bridge = createNextAuthBridge({ db: broken.db, secret: new Secret('s'), logger: createLogger({ name: 'test', level: 'silent' }) });
    expect(await bridge.signIn({ email: EMAIL, password: 'x', userAgent: '', address: '203.0.113.5' })).toEqual({ ok: false, reason: 'broken' });
  });
});
