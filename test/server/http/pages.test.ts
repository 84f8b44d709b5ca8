import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { encode } from 'next-auth/jwt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aSignedInUser, firstWorkspaceId } from '@test/support/builders';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { startTestWeb, type TestWeb } from '@test/support/web';

let database: TestDatabase;
let web: TestWeb;
let cookie: string;

beforeAll(async () => {
  database = await createTestDatabase();
  web = await startTestWeb({ db: database.db });
  const user = await aSignedInUser(database.db, { workspaceId: await firstWorkspaceId(database.db), role: 'operator' });
  cookie = `sessionid=${await encode({ token: { sub: user.userId, signInId: user.signInId }, secret: 'a secret of the tests, long enough' })}`;
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const browse = (path: string, headers: Record<string, string> = {}, method = 'GET', body?: string) =>
  web.ask(method, path, { key: null, headers, ...(body === undefined ? {} : { body }) });

describe('pages', () => {
  it('are for whoever signed in; others are sent to the sign-in page, with the way back', async () => {
    const sent = await browse('/conversations/7?q=x');
    expect([sent.status, sent.headers.location]).toEqual([302, '/login?next=%2Fconversations%2F7%3Fq%3Dx']);
    expect((await browse('/')).headers.location).toBe('/login');
    expect((await browse('/conversations', { cookie: 'sessionid=garbage' })).status).toBe(302);
    expect((await browse('/conversations', { cookie })).status).toBe(200);
    for (const path of ['/login', '/invite/abc', '/reset-password/abc', '/icon.svg', '/_next/static/chunk.js']) expect((await browse(path)).status, path).toBe(200);
  });

  it('run scripts by a nonce that is new each time and that Next is told', async () => {
    const nonces = new Set<string>();
    for (let n = 0; n < 2; n++) {
      const answer = await browse('/login');
      const csp = answer.headers['content-security-policy'] as string;
      expect(csp).toMatch(/script-src 'self' 'nonce-[\w+/=]+' 'strict-dynamic';/);
      expect(web.pages.at(-1)?.headers['content-security-policy']).toBe(csp);
      nonces.add(/nonce-([^']+)/.exec(csp)![1]!);
    }
    expect(nonces.size).toBe(2);
  });

  it('tell Next nothing about the caller that the caller made up', async () => {
    await browse('/login', { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', 'x-forwarded-for': '10.0.0.1', 'x-parley-caller': '10.0.0.1', host: 'parley.lan:3000' });
    expect(web.pages.at(-1)?.headers).toMatchObject({ 'x-forwarded-host': 'parley.lan:3000', 'x-forwarded-proto': 'http', 'x-forwarded-for': '127.0.0.1', 'x-parley-caller': '127.0.0.1' });
  });

  it('get bodies unread, whatever their type', async () => {
    const answer = await browse('/api/auth/callback/credentials', { 'content-type': 'application/x-www-form-urlencoded' }, 'POST', 'email=a&password=b');
    expect(answer.status).toBe(200);
    expect(web.pages.at(-1)).toMatchObject({ url: '/api/auth/callback/credentials', body: 'email=a&password=b' });
  });
});

describe('cookie callers', () => {
  it('may ask what their role allows, by REST and by tRPC', async () => {
    expect((await browse('/api/me', { cookie })).json()).toMatchObject({ kind: 'user', role: 'operator', workspace: { name: 'Default' } });
    expect((await browse('/api/trpc/me.get', { cookie })).json()).toMatchObject({ result: { data: { role: 'operator' } } });
  });

  it('are refused unsafe requests that another site’s page sent', async () => {
    const own = { cookie, host: 'parley.lan:3000' };
    for (const foreign of [{ origin: 'https://evil.example' }, { origin: 'null' }, { origin: 'http://parley.lan:4000' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }] as Record<string, string>[]) {
      const answer = await browse('/api/sessions/7', { ...own, ...foreign }, 'DELETE');
      expect([answer.status, answer.json().detail], JSON.stringify(foreign)).toEqual([403, 'Cross-site request refused']);
    }
    for (const fine of [{ origin: 'http://parley.lan:3000' }, { 'sec-fetch-site': 'same-origin' }, {}] as Record<string, string>[])
      expect((await browse('/api/sessions/7', { ...own, ...fine }, 'DELETE')).status, JSON.stringify(fine)).toBe(404);
  });

  it('are refused them although the browser adds a proxy’s password, which is no key', async () => {
    for (const beside of [{ authorization: 'Basic cHJveHk6cGFzc3dvcmQ=' }, { authorization: 'Bearer' }, { 'x-api-key': '' }] as Record<string, string>[]) {
      const foreign = await browse('/api/sessions/7', { cookie, origin: 'https://evil.example', ...beside }, 'DELETE');
      expect(foreign.status, JSON.stringify(beside)).toBe(403);
      expect((await browse('/api/sessions/7', { cookie, 'sec-fetch-site': 'same-origin', ...beside }, 'DELETE')).status).toBe(404);
    }
    const signIn = await browse('/api/auth/callback/credentials', { origin: 'https://evil.example', authorization: 'Bearer key' }, 'POST', '{}');
    expect(signIn.status).toBe(403);
  });

  it('who bring a key as well are callers with a key', async () => {
    expect((await web.ask('DELETE', '/api/sessions/7', { headers: { cookie, origin: 'https://elsewhere.example' } })).status).toBe(404);
  });

  it('cannot be made to sign in as somebody else by another site', async () => {
    expect((await browse('/api/auth/callback/credentials', { origin: 'https://evil.example' }, 'POST', '{}')).status).toBe(403);
    expect((await browse('/api/auth/csrf')).headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('sign-in', () => {
  it('answers 429 with Retry-After to a flood from one address, before a password is looked at', async () => {
    await using flooded = await startTestWeb({ db: database.db });
    let last = await flooded.ask('POST', '/api/auth/callback/credentials', { key: null, body: '{}' });
    for (let n = 0; n < 60; n++) last = await flooded.ask('POST', '/api/auth/callback/credentials', { key: null, body: '{}' });
    expect(last.status).toBe(429);
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0);
    expect(last.json().detail).toEqual(expect.any(String));
    expect(new URL(last.json().url as string).searchParams.get('error')).toEqual(last.json().detail); // where next-auth's browser code looks
    expect(flooded.pages).toHaveLength(60);
  });
});

describe('bodies for next-auth, which reads all of them', () => {
  it('are refused when they are large or do not say how large', async () => {
    const asked = web.pages.length;
    const large = await browse('/api/auth/callback/credentials', {}, 'POST', 'x'.repeat(16_385));
    expect([large.status, large.json().detail]).toEqual([413, expect.stringMatching(/16384 bytes/)]);
    const chunked = request(`${web.url}/api/auth/signout`, { method: 'POST' });
    chunked.write('a=1');
    const [answer] = (await once(chunked, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(413);
    chunked.destroy();
    expect(web.pages).toHaveLength(asked);
    expect((await browse('/api/auth/signout', {}, 'POST', 'x'.repeat(16_384))).status).toBe(200);
  });
});

describe('without credentials', () => {
  it('every route that needs them answers 401 in its own shape', async () => {
    for (const [method, path] of [['GET', '/api/agents/'], ['GET', '/api/agents/7'], ['GET', '/api/conversations'], ['GET', '/api/conversations/7'], ['GET', '/api/sessions'], ['DELETE', '/api/sessions/7'], ['GET', '/api/me'], ['GET', '/api/health/status'], ['GET', '/api/metrics']] as const) {
      const answer = await browse(path, {}, method);
      expect(answer.status, path).toBe(401);
      expect(answer.json().detail, path).toMatch(/API key/);
      expect(answer.headers['www-authenticate'], path).toContain('Bearer');
    }
    const trpc = await browse('/api/trpc/conversations.list?input=%7B%7D');
    expect(trpc.status).toBe(401);
    expect(trpc.json()).toMatchObject({ error: { data: { kind: 'unauthenticated' } } });
  });
});
