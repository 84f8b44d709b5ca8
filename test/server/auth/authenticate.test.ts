import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey, revokeApiKey } from '@/server/auth/api-keys';
import { createAuthenticator, type AuthRequest } from '@/server/auth/authenticate';
import { revokeSignIn } from '@/server/auth/sign-ins';
import { apiKeys, memberships } from '@/server/auth/tables';
import type { Principal } from '@/server/auth/principal';
import { bootstrapWorkspace } from '@/server/workspaces/bootstrap';
import { eq } from 'drizzle-orm';
import { aSignedInUser, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { API_KEY, webConfig } from '@test/support/web';

let database: TestDatabase;
let workspaceId: string;
const SECRET = 'a secret of the tests, long enough';

beforeAll(async () => {
  database = await createTestDatabase();
  await bootstrapWorkspace({ db: database.db, config: webConfig() });
  workspaceId = await firstWorkspaceId(database.db);
});
afterAll(async () => { await database[Symbol.asyncDispose](); });

/** Who this request is, or the kind of its refusal. */
async function asked(request: Partial<AuthRequest>, environment: Record<string, string> = {}): Promise<Principal | string> {
  const authenticator = createAuthenticator({ db: database.db, config: webConfig(environment) });
  return authenticator.authenticate({ headers: {}, remoteAddress: '203.0.113.5', url: '/api/agents/', ...request })
    .catch((error: { kind: string }) => error.kind);
}

const cookieFor = async (claims: Record<string, string>, secret = SECRET) => `sessionid=${await encode({ token: claims, secret })}`;

describe('API keys', () => {
  it('work as bearer and as X-API-Key', async () => {
    for (const headers of [{ authorization: `Bearer ${API_KEY}` }, { authorization: `bearer  ${API_KEY} ` }, { 'x-api-key': API_KEY }])
      expect(await asked({ headers })).toMatchObject({ kind: 'api_key', workspaceId, role: 'admin', label: 'First key' });
  });

  it('work in ?token= of a WebSocket and nowhere else', async () => {
    const url = `/api/v1/realtime?token=${encodeURIComponent(API_KEY)}`;
    expect(await asked({ url, webSocket: true })).toMatchObject({ kind: 'api_key' });
    expect(await asked({ url })).toBe('unauthenticated');
  });

  it('are refused when unknown, revoked or expired', async () => {
    const revoked = await createApiKey(database.db, { workspaceId, name: 'old', role: 'admin' });
    expect(await asked({ headers: { 'x-api-key': revoked.key } })).toMatchObject({ label: 'old' });
    expect(await revokeApiKey(database.db, { workspaceId, id: revoked.id })).toBe(true);
    const expired = await createApiKey(database.db, { workspaceId, name: 'past', role: 'admin', expiresAt: new Date(Date.now() - 1_000) });
    for (const key of ['parley_unknown', revoked.key, expired.key, 'x'.repeat(10_000)])
      expect(await asked({ headers: { 'x-api-key': key } })).toBe('unauthenticated');
  });

  it('decide alone: a wrong key is not saved by a good cookie or an open network', async () => {
    const user = await aSignedInUser(database.db, { workspaceId, role: 'owner' });
    const cookie = await cookieFor({ sub: user.userId, signInId: user.signInId });
    expect(await asked({ headers: { authorization: 'Bearer parley_wrong', cookie }, remoteAddress: '10.0.0.9' }, { PARLEY_OPEN_NETWORKS: '10.0.0.0/8' })).toBe('unauthenticated');
  });

  it('cannot be revoked from another workspace, and are stored only as a hash', async () => {
    const own = await createApiKey(database.db, { workspaceId, name: 'own', role: 'viewer' });
    expect(await revokeApiKey(database.db, { workspaceId: '00000000-0000-4000-8000-000000000000', id: own.id })).toBe(false);
    const [row] = await database.db.select().from(apiKeys).where(eq(apiKeys.id, own.id));
    expect(JSON.stringify(row)).not.toContain(own.key);
  });

  it('remember when they were last used', async () => {
    const key = await createApiKey(database.db, { workspaceId, name: 'used', role: 'viewer' });
    await asked({ headers: { 'x-api-key': key.key } });
    const [row] = await database.db.select({ lastUsedAt: apiKeys.lastUsedAt }).from(apiKeys).where(eq(apiKeys.id, key.id));
    expect(row?.lastUsedAt).toBeInstanceOf(Date);
  });
});

describe('session cookies', () => {
  it('are a person with their role in the workspace', async () => {
    const user = await aSignedInUser(database.db, { workspaceId, role: 'viewer' });
    const cookie = await cookieFor({ sub: user.userId, signInId: user.signInId });
    expect(await asked({ headers: { cookie: `theme=dark; ${cookie}` } })).toEqual({ kind: 'user', id: user.userId, workspaceId, role: 'viewer', signInId: user.signInId, scopes: ['*'], label: user.email });
  });

  it('are read from the chunks that next-auth splits a long one into', async () => {
    const user = await aSignedInUser(database.db, { workspaceId, role: 'viewer' });
    const token = (await cookieFor({ sub: user.userId, signInId: user.signInId })).slice('sessionid='.length);
    expect(await asked({ headers: { cookie: `sessionid.1=${token.slice(100)}; sessionid.0=${token.slice(0, 100)}` } })).toMatchObject({ id: user.userId });
  });

  it('are refused when revoked, run out, sealed by another secret, of nobody, or of somebody who left', async () => {
    const revoked = await aSignedInUser(database.db, { workspaceId, role: 'owner' });
    await revokeSignIn(database.db, revoked.signInId);
    const past = await aSignedInUser(database.db, { workspaceId, role: 'owner', expiresAt: new Date(Date.now() - 1_000) });
    const gone = await aSignedInUser(database.db, { workspaceId, role: 'owner' });
    await database.db.delete(memberships).where(eq(memberships.userId, gone.userId));
    const fine = await aSignedInUser(database.db, { workspaceId, role: 'owner' });
    for (const cookie of [
      await cookieFor({ sub: revoked.userId, signInId: revoked.signInId }),
      await cookieFor({ sub: past.userId, signInId: past.signInId }),
      await cookieFor({ sub: gone.userId, signInId: gone.signInId }),
      await cookieFor({ sub: fine.userId, signInId: fine.signInId }, 'another secret'),
      await cookieFor({ sub: fine.userId, signInId: revoked.signInId }),
      await cookieFor({ sub: 'nobody', signInId: 'nothing' }),
      await cookieFor({ sub: fine.userId }),
      'sessionid=garbage', 'sessionid=', '=;;',
    ]) expect(await asked({ headers: { cookie } }), cookie).toBe('unauthenticated');
  });

  it('open a WebSocket only for our own pages', async () => {
    const user = await aSignedInUser(database.db, { workspaceId, role: 'operator' });
    const cookie = await cookieFor({ sub: user.userId, signInId: user.signInId });
    const from = (origin: string | undefined, environment?: Record<string, string>) =>
      asked({ webSocket: true, headers: { cookie, host: 'parley.lan:3000', ...(origin === undefined ? {} : { origin }) } }, environment);
    expect(await from('http://parley.lan:3000')).toMatchObject({ kind: 'user' });
    expect(await from('https://voice.example.org', { PUBLIC_URL: 'https://voice.example.org' })).toMatchObject({ kind: 'user' });
    for (const origin of [undefined, 'null', 'https://evil.example', 'http://parley.lan:3001', 'http://parley.lan.evil.example:3000'])
      expect(await from(origin), origin).toBe('forbidden');
  });
});

describe('open networks', () => {
  const open = { PARLEY_OPEN_NETWORKS: '10.0.0.0/8, 127.0.0.0/8, fd00::/8' };

  it('let callers in by socket address as the first workspace’s operator', async () => {
    for (const remoteAddress of ['10.1.2.3', '::ffff:10.1.2.3', '127.0.0.1', 'fd00::7'])
      expect(await asked({ remoteAddress }, open), remoteAddress).toMatchObject({ kind: 'open_network', workspaceId, role: 'operator' });
    for (const remoteAddress of ['11.1.2.3', '::1', 'fe80::7', '', 'nonsense'])
      expect(await asked({ remoteAddress }, open), remoteAddress).toBe('unauthenticated');
    expect(await asked({ remoteAddress: '10.1.2.3' })).toBe('unauthenticated');
  });

  it('never count where somebody passed the request on, unless a trusted proxy says for whom', async () => {
    for (const headers of [{ 'x-forwarded-for': '10.1.2.3' }, { forwarded: 'for=10.1.2.3' }, { 'x-real-ip': '10.1.2.3' }, { via: '1.1 proxy' }])
      expect(await asked({ remoteAddress: '10.0.0.1', headers }, open), JSON.stringify(headers)).toBe('unauthenticated');
    const proxied = { ...open, TRUSTED_PROXIES: '127.0.0.1/32, 10.9.0.0/16' };
    const via = (chain: string) => asked({ remoteAddress: '127.0.0.1', headers: { 'x-forwarded-for': chain } }, proxied);
    expect(await via('10.1.2.3')).toMatchObject({ kind: 'open_network' });
    expect(await via('10.1.2.3, 10.9.0.4')).toMatchObject({ kind: 'open_network' });
    expect(await via('10.1.2.3, 203.0.113.5')).toBe('unauthenticated'); // the part that the caller wrote does not count
    expect(await via('203.0.113.5')).toBe('unauthenticated');
    expect(await asked({ remoteAddress: '127.0.0.1', headers: { forwarded: 'for=10.1.2.3' } }, proxied)).toBe('unauthenticated');
  });

  it('are closed to pages of other origins and to names that were rebound to us', async () => {
    const from = (headers: Record<string, string>) => asked({ remoteAddress: '10.1.2.3', headers }, open);
    expect(await from({ host: '10.0.0.1:3000', origin: 'http://10.0.0.1:3000', 'sec-fetch-site': 'same-origin' })).toMatchObject({ kind: 'open_network' });
    expect(await from({ host: 'parley.local:3000' })).toMatchObject({ kind: 'open_network' });
    for (const headers of [
      { host: '10.0.0.1:3000', origin: 'https://evil.example' },
      { host: '10.0.0.1:3000', 'sec-fetch-site': 'cross-site' },
      { host: 'evil.example', origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' },
    ] as Record<string, string>[]) expect(await from(headers), JSON.stringify(headers)).toBe('unauthenticated');
  });
});
