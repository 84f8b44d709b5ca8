import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { auditEvents } from '@/server/audit/tables';
import { createNextAuthBridge } from '@/server/auth/create-next-bridge';
import { provideNextAuthBridge } from '@/server/auth/next-bridge';
import { signIn } from '@/server/auth/sign-in';
import { SignInThrottle } from '@/server/auth/sign-in-throttle';
import { invitations, memberships, signIns, users } from '@/server/auth/tables';
import { signInWithOidc } from '@/server/people';
import { insertPasswordReset } from '@/server/people/password-resets';
import { createLogger } from '@/server/platform/logger';
import { Secret } from '@/server/platform/secret';
import { aWorkspace } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { nextAuthPage } from '@test/support/next-auth-page';
import { OIDC_CLIENT, startOidcProvider, type OidcPerson, type TestOidcProvider } from '@test/support/oidc-provider';
import { aPerson, askAs, PASSWORD } from '@test/support/people';
import { startTestWeb, TEST_AUTH_SECRET, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;
let idp: TestOidcProvider;
let workspaceId: string;
beforeAll(async () => {
  vi.stubEnv('AUTH_TRUST_HOST', 'true');
  database = await createTestDatabase();
  idp = await startOidcProvider({ emailInIdToken: false });
  web = await startWeb(idp);
  workspaceId = await aWorkspace(database.db);
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await idp[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  vi.unstubAllEnvs();
});

/** A web process that trusts `provider`. */
async function startWeb(provider: TestOidcProvider): Promise<TestWeb> {
  const started = await startTestWeb({
    db: database.db, page: nextAuthPage,
    environment: { OIDC_ISSUER: `${provider.issuer}/`, OIDC_CLIENT_ID: OIDC_CLIENT.id, OIDC_CLIENT_SECRET: OIDC_CLIENT.secret, OIDC_NAME: 'Acme' },
  });
  provider.serve(`${started.url}/api/auth/callback/oidc`);
  provideNextAuthBridge(createNextAuthBridge({
    db: database.db, secret: new Secret(TEST_AUTH_SECRET), logger: createLogger({ name: 'test', level: 'silent' }),
    oidc: { settings: started.config.oidc!, signIn: (identity) => signInWithOidc(database.db, identity) },
  }));
  return started;
}

type Jar = Map<string, Map<string, string>>;

/** One step of a browser: cookies by origin, redirects left to the caller. */
async function step(jar: Jar, url: string, form?: Record<string, string>): Promise<Response> {
  const { origin } = new URL(url);
  const cookies = jar.get(origin) ?? new Map<string, string>();
  jar.set(origin, cookies);
  const response = await fetch(url, {
    redirect: 'manual',
    headers: {
      cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
    },
    ...(form ? { method: 'POST', body: new URLSearchParams(form).toString() } : {}),
  });
  for (const line of response.headers.getSetCookie()) {
    const [name, value] = line.split(';', 1)[0]!.split(/=(.*)/s) as [string, string];
    if (value === '' || /expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(name);
    else cookies.set(name, value);
  }
  return response;
}

interface Browsed { landed: string; cookie: string | undefined; setCookie: string | undefined }

/** The whole way: our button, the provider's page, back to us. `detour` may bend any address on it. */
async function browse(person: OidcPerson | null, options: { site?: TestWeb; provider?: TestOidcProvider; detour?: (url: URL, jar: Jar) => void } = {}): Promise<Browsed> {
  const { site = web, provider = idp, detour } = options;
  provider.person = person;
  const jar: Jar = new Map();
  const { csrfToken } = await (await step(jar, `${site.url}/api/auth/csrf`)).json() as { csrfToken: string };
  const started = await (await step(jar, `${site.url}/api/auth/signin/oidc`, { csrfToken, callbackUrl: `${site.url}/agents`, json: 'true' })).json() as { url: string };
  let url = new URL(started.url);
  let setCookie: string | undefined;
  for (let hop = 0; hop < 12; hop++) {
    detour?.(url, jar);
    if (url.origin === site.url && !url.pathname.startsWith('/api/auth/')) break;
    const response = await step(jar, url.href);
    setCookie ??= response.headers.getSetCookie().find((line) => line.startsWith('sessionid='));
    const location = response.headers.get('location');
    if (!location) throw new Error(`${response.status} at ${url.href}: ${await response.text()}`);
    url = new URL(location, url);
  }
  const session = jar.get(site.url)?.get('sessionid');
  return { landed: `${url.pathname}${url.search}`, cookie: session && `sessionid=${session}`, setCookie };
}

/** The code in the sign-in page's address. */
const errorOf = ({ landed }: Browsed) => (landed.startsWith('/login?') ? new URLSearchParams(landed.slice('/login'.length)).get('error') : null);

const someone = (over: Partial<OidcPerson> = {}): OidcPerson => ({ sub: randomUUID(), email: `${randomUUID().slice(0, 8)}@example.org`, email_verified: true, name: 'Olga', ...over });
const invite = async (email: string, role: 'viewer' | 'admin' = 'viewer', where = workspaceId) => {
  await database.db.insert(invitations).values({ workspaceId: where, email, role, tokenHash: randomUUID(), expiresAt: new Date(Date.now() + 60_000) });
};

/** The token of a link that was not used yet. */
async function newPasswordReset(userId: string): Promise<string> {
  const { url } = await insertPasswordReset(database.db, { userId, createdBy: null, origin: web.url });
  return url.slice(url.lastIndexOf('/') + 1);
}

async function subjectOf(userId: string): Promise<string | undefined> {
  const [row] = await database.db.select({ subject: users.oidcSubject }).from(users).where(eq(users.id, userId));
  return row?.subject?.split('#').at(-1);
}

describe('single sign-on', () => {
  it('is offered by its name', async () => {
    expect((await web.ask('GET', '/api/sign-in-options', { key: null })).json()).toEqual({ password: true, oidc: { name: 'Acme' } });
  });

  it('lets a member in by their verified e-mail, in the usual cookie, with a sign-in like any other', async () => {
    const member = await aPerson(database.db, { [workspaceId]: 'operator' });
    const browsed = await browse(someone({ email: member.email.toUpperCase() }));
    expect(browsed.landed).toBe('/agents');
    expect(browsed.setCookie).toMatch(/^sessionid=.*; Path=\/; Expires=.*; HttpOnly; SameSite=Lax$/);
    expect((await askAs(web, { cookie: browsed.cookie! }, 'GET', '/api/me')).json()).toMatchObject({ id: member.userId, role: 'operator', workspace: { id: workspaceId } });
    const rows = await database.db.select().from(signIns).where(eq(signIns.userId, member.userId));
    expect(rows.map((one) => one.address)).toContain('127.0.0.1');
    const events = await database.db.select().from(auditEvents).where(eq(auditEvents.subjectId, member.userId));
    expect(events).toMatchObject([{ action: 'user.link_single_sign_on', details: { issuer: idp.issuer, password_removed: true } }]);
    await database.sql`update sign_ins set revoked_at = now() where user_id = ${member.userId}`;
    expect((await askAs(web, { cookie: browsed.cookie! }, 'GET', '/api/me')).status).toBe(401);
  });

  it('ends what the account was opened with before: whoever chose its password never proved the e-mail', async () => {
    const squatter = await aPerson(database.db, { [workspaceId]: 'viewer' });
    const link = await newPasswordReset(squatter.userId);
    const browsed = await browse(someone({ email: squatter.email }));
    expect((await askAs(web, { cookie: browsed.cookie! }, 'GET', '/api/me')).json()).toMatchObject({ id: squatter.userId, has_password: false });
    expect((await askAs(web, squatter, 'GET', '/api/me')).status).toBe(401);
    const throttle = new SignInThrottle();
    await expect(signIn({ db: database.db, throttle }, { email: squatter.email, password: PASSWORD, userAgent: '', address: '203.0.113.9' })).rejects.toMatchObject({ kind: 'unauthenticated' });
    expect((await askAs(web, null, 'GET', `/api/password-resets/${link}`)).status).toBe(404);
    // Later sign-ins of the linked person end nothing, nor a password that was set since.
    const again = await browse(someone({ sub: (await subjectOf(squatter.userId))!, email: squatter.email }));
    expect((await askAs(web, { cookie: browsed.cookie! }, 'GET', '/api/me')).status).toBe(200);
    expect((await askAs(web, { cookie: again.cookie! }, 'GET', '/api/me')).status).toBe(200);
  });

  it('knows a linked person by their identity, whatever their e-mail is by now, and no other identity under their e-mail', async () => {
    const member = await aPerson(database.db, { [workspaceId]: 'viewer' });
    const identity = someone({ email: member.email });
    expect((await browse(identity)).landed).toBe('/agents');
    const moved = await browse({ ...identity, email: 'married@example.org', email_verified: false });
    expect((await askAs(web, { cookie: moved.cookie! }, 'GET', '/api/me')).json()).toMatchObject({ id: member.userId });
    const other = await browse(someone({ email: member.email }));
    expect([other.landed, other.cookie]).toEqual(['/login?error=OidcOtherIdentity', undefined]);
  });

  it('refuses an e-mail that is not verified or not told', async () => {
    const member = await aPerson(database.db, { [workspaceId]: 'viewer' });
    for (const person of [someone({ email: member.email, email_verified: false }), { sub: randomUUID(), email: member.email }, { sub: randomUUID(), name: 'Nobody' }]) {
      const browsed = await browse(person);
      expect([browsed.landed, browsed.cookie]).toEqual(['/login?error=OidcUnverified', undefined]);
    }
    expect((await database.db.select().from(users).where(eq(users.id, member.userId)))[0]).toMatchObject({ oidcSubject: null });
  });

  it('refuses everybody else, and leaves nothing of them', async () => {
    const stranger = someone();
    const browsed = await browse(stranger);
    expect([browsed.landed, browsed.cookie]).toEqual(['/login?error=OidcNotInvited', undefined]);
    expect(await database.db.select().from(users).where(eq(users.email, stranger.email!))).toEqual([]);
  });

  it('accepts the open invitation to the person’s e-mail, and no other', async () => {
    const [guest, late] = [someone(), someone()];
    await invite(guest.email!, 'admin');
    await invite(late.email!);
    await database.sql`update invitations set expires_at = now() - interval '1 second' where email = ${late.email!}`;
    const browsed = await browse(guest);
    expect((await askAs(web, { cookie: browsed.cookie! }, 'GET', '/api/me')).json()).toMatchObject({ label: guest.email, name: 'Olga', has_password: false, role: 'admin', workspace: { id: workspaceId } });
    const [row] = await database.db.select().from(invitations).where(eq(invitations.email, guest.email!));
    expect(row?.acceptedAt).not.toBeNull();
    expect((await browse(late)).landed).toBe('/login?error=OidcNotInvited');
    expect((await browse(guest)).landed).toBe('/agents');
  });

  it('refuses somebody who was removed, until they are invited again', async () => {
    const guest = someone();
    await invite(guest.email!);
    await browse(guest);
    const [row] = await database.db.select().from(users).where(eq(users.email, guest.email!));
    await database.db.delete(memberships).where(eq(memberships.userId, row!.id));
    expect((await browse(guest)).landed).toBe('/login?error=NoWorkspace');
    await invite(guest.email!, 'viewer', await aWorkspace(database.db));
    expect((await browse(guest)).landed).toBe('/agents');
  });

  it('makes one person and one membership of an invitation that two tabs use at once', async () => {
    const guest = someone();
    await invite(guest.email!);
    const identity = { issuer: idp.issuer, subject: guest.sub, email: guest.email!, emailVerified: true, name: '', userAgent: '', address: '' };
    const results = await Promise.all([1, 2, 3].map(() => signInWithOidc(database.db, identity)));
    expect(results.map((one) => one.ok)).toEqual([true, true, true]);
    const rows = await database.db.select().from(users).innerJoin(memberships, eq(memberships.userId, users.id)).where(eq(users.email, guest.email!));
    expect(rows).toHaveLength(1);
  });

  it('is not fooled by the same sub of another provider', async () => {
    const member = await aPerson(database.db, { [workspaceId]: 'owner' });
    const identity = someone({ email: member.email });
    await browse(identity);
    const foreign = { issuer: 'https://elsewhere.example', subject: identity.sub, email: 'mallory@example.org', emailVerified: true, name: '', userAgent: '', address: '' };
    expect(await signInWithOidc(database.db, foreign)).toEqual({ ok: false, code: 'OidcNotInvited' });
  });
});

describe('what comes back from the provider', () => {
  it('is refused with another state, another nonce, or in another browser than it began in', async () => {
    const member = await aPerson(database.db, { [workspaceId]: 'viewer' });
    const detours: ((url: URL, jar: Jar) => void)[] = [
      (url) => { if (url.pathname.includes('/callback/')) url.searchParams.set('state', 'another'); },
      (url) => { if (url.searchParams.has('nonce')) url.searchParams.set('nonce', 'another'); },
      (url) => { if (url.searchParams.has('code_challenge')) url.searchParams.set('code_challenge', 'A'.repeat(43)); },
      (url, jar) => { if (url.pathname.includes('/callback/')) jar.delete(web.url); },
    ];
    for (const [index, detour] of detours.entries()) {
      const browsed = await browse(someone({ email: member.email }), { detour });
      expect([errorOf(browsed), browsed.cookie], `detour ${index}`).toEqual(['OAuthCallback', undefined]);
    }
  });

  it('is refused when userinfo speaks of somebody else than the ID token', async () => {
    const member = await aPerson(database.db, { [workspaceId]: 'owner' });
    const browsed = await browse(someone({ email: member.email, subAtUserinfo: 'somebody-else' }));
    expect([errorOf(browsed), browsed.cookie]).toEqual(['OAuthCallback', undefined]);
  });

  it('may be a refusal', async () => {
    const browsed = await browse(null);
    expect([errorOf(browsed), browsed.cookie]).toEqual(['Callback', undefined]);
  });

  it('may carry the e-mail in the ID token already', async () => {
    await using other = await startOidcProvider({ emailInIdToken: true });
    await using site = await startWeb(other);
    const member = await aPerson(database.db, { [workspaceId]: 'viewer' });
    const browsed = await browse(someone({ email: member.email }), { site, provider: other });
    expect((await askAs(site, { cookie: browsed.cookie! }, 'GET', '/api/me')).json()).toMatchObject({ id: member.userId });
  });
});
