import { createHmac } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey, revokeApiKey } from '@/server/auth/api-keys';
import { createAuthenticator, type AuthRequest } from '@/server/auth/authenticate';
import { derivedKey } from '@/server/auth/derived-key';
import type { Principal } from '@/server/auth/principal';
import { SESSION_TOKEN_MS, signSessionToken, verifySessionToken } from '@/server/auth/session-token';
import { apiKeys, memberships, signIns } from '@/server/auth/tables';
import { Secret } from '@/server/platform/secret';
import { bootstrapWorkspace } from '@/server/workspaces/bootstrap';
import { aSignedInUser, aWorkspace, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { webConfig } from '@test/support/web';

const SECRET_TEXT = 'a secret of the tests, long enough';
const secret = new Secret(SECRET_TEXT);
const bound = { agentId: 'a', conversationId: 'c', sessionId: 's' };
const key: Principal = { kind: 'api_key', id: '11111111-1111-4111-8111-111111111111', workspaceId: '22222222-2222-4222-8222-222222222222', role: 'operator', scopes: ['*'], label: 'k' };

describe('a token for one conversation, as text', () => {
  const now = new Date('2030-01-01T00:00:00Z');

  it('says what it was made for until it runs out', () => {
    const { token, expiresAt } = signSessionToken({ principal: { ...key, signInId: 'x' }, ...bound, now }, secret);
    expect(expiresAt.getTime() - now.getTime()).toBe(SESSION_TOKEN_MS);
    expect(verifySessionToken(token, secret, now)).toEqual({ kind: 'api_key', id: key.id, workspaceId: key.workspaceId, signInId: 'x', ...bound, expiresAt: expiresAt.getTime() });
    expect(verifySessionToken(token, secret, new Date(expiresAt.getTime() - 1))).not.toBeNull();
    expect(verifySessionToken(token, secret, expiresAt)).toBeNull();
  });

  it('is nothing under another secret, with other claims, without its seal or with something after it', () => {
    const { token } = signSessionToken({ principal: key, ...bound, now }, secret);
    const [payload, seal] = token.slice(4).split('.');
    const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as object;
    const other = Buffer.from(JSON.stringify({ ...claims, agentId: 'b' })).toString('base64url');
    expect(verifySessionToken(token, new Secret('another secret, long enough'), now)).toBeNull();
    for (const forged of [`pst_${other}.${seal}`, `pst_${payload}`, `pst_${payload}.`, `pst_.${seal}`, `${token}.x`, 'pst_', 'pst_...'])
      expect(verifySessionToken(forged, secret, now)).toBeNull();
  });

  it('is nothing when its claims are genuine and make no sense', () => {
    for (const text of ['{}', 'null', '"x"']) {
      const payload = Buffer.from(text).toString('base64url');
      const seal = createHmac('sha256', derivedKey(secret, 'session-token')).update(payload).digest('base64url');
      expect(verifySessionToken(`pst_${payload}.${seal}`, secret, now)).toBeNull();
    }
  });
});

describe('a token for one conversation, in use', () => {
  let database: TestDatabase;
  let workspaceId: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    await bootstrapWorkspace({ db: database.db, config: webConfig() });
    workspaceId = await firstWorkspaceId(database.db);
  });
  afterAll(async () => { await database[Symbol.asyncDispose](); });

  const authenticate = (request: Partial<AuthRequest>, environment: Record<string, string> = {}): Promise<Principal | string> =>
    createAuthenticator({ db: database.db, config: webConfig(environment) }).authenticate({ headers: {}, remoteAddress: '203.0.113.5', url: '/', webSocket: true, ...request })
      .catch((error: { kind: string }) => error.kind);
  const tokenOf = (principal: Principal, now = new Date()) => signSessionToken({ principal, ...bound, now }, secret).token;
  const use = (token: string, request: Partial<AuthRequest> = {}, environment?: Record<string, string>) => authenticate({ url: `/api/conversation/stream?token=${token}`, ...request }, environment);

  it('is whoever asked for it, with the role of now, for that conversation alone', async () => {
    const made = await createApiKey(database.db, { workspaceId, name: 'page', role: 'admin' });
    const asker = await authenticate({ headers: { 'x-api-key': made.key } }) as Principal;
    const token = tokenOf(asker);
    expect(await use(token)).toEqual({ ...asker, bound });
    expect(await authenticate({ headers: { authorization: `Bearer ${token}` } })).toEqual({ ...asker, bound });
    await database.db.update(apiKeys).set({ role: 'viewer' }).where(eq(apiKeys.id, made.id));
    expect(await use(token)).toMatchObject({ role: 'viewer' });
    expect(await use(token, { webSocket: false, headers: { authorization: `Bearer ${token}` } })).toBe('unauthenticated');
    expect(await use(tokenOf(asker, new Date(Date.now() - SESSION_TOKEN_MS)))).toBe('unauthenticated');
    await revokeApiKey(database.db, { workspaceId, id: made.id });
    expect(await use(token)).toBe('unauthenticated');
  });

  it('of a person works while their sign-in does, in the workspace it was made in', async () => {
    const person = await aSignedInUser(database.db, { workspaceId, role: 'operator' });
    const cookie = `sessionid=${await encode({ token: { sub: person.userId, signInId: person.signInId }, secret: SECRET_TEXT })}`;
    const asker = await authenticate({ headers: { cookie }, webSocket: false }) as Principal;
    const token = tokenOf(asker);
    expect(await use(token)).toEqual({ ...asker, bound });
    expect(await use(tokenOf({ ...asker, workspaceId: await aWorkspace(database.db) }))).toBe('unauthenticated');
    await database.db.update(signIns).set({ revokedAt: new Date() }).where(eq(signIns.id, person.signInId));
    expect(await use(token)).toBe('unauthenticated');

    const left = await aSignedInUser(database.db, { workspaceId, role: 'operator' });
    const leaver: Principal = { ...asker, id: left.userId, signInId: left.signInId };
    expect(await use(tokenOf(leaver))).toMatchObject({ id: left.userId });
    await database.db.delete(memberships).where(eq(memberships.userId, left.userId));
    expect(await use(tokenOf(leaver))).toBe('unauthenticated');
  });

  it('of an open network works from there alone', async () => {
    const environment = { PARLEY_OPEN_NETWORKS: '10.0.0.0/8' };
    const asker = await authenticate({ remoteAddress: '10.0.0.9' }, environment) as Principal;
    const token = tokenOf(asker);
    expect(await use(token, { remoteAddress: '10.1.2.3' }, environment)).toEqual({ ...asker, bound });
    expect(await use(token, {}, environment)).toBe('unauthenticated');
    expect(await use(token, { remoteAddress: '10.1.2.3' })).toBe('unauthenticated');
  });

  it('does not fall back to the cookie or the network it comes with', async () => {
    expect(await use('pst_wrong', { remoteAddress: '10.0.0.9' }, { PARLEY_OPEN_NETWORKS: '10.0.0.0/8' })).toBe('unauthenticated');
    expect(await use(`pst_${'x'.repeat(5_000)}`)).toBe('unauthenticated');
    expect(await use('pdev_wrong', { remoteAddress: '10.0.0.9' }, { PARLEY_OPEN_NETWORKS: '10.0.0.0/8' })).toBe('unauthenticated');
  });
});
