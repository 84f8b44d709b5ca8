import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
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

describe('REST routes from procedures', () => {
  it('answers with and without a trailing slash', async () => {
    for (const path of ['/api/agents', '/api/agents/', '/api/conversations', '/api/conversations/'])
      expect((await web.ask('GET', path)).status, path).toBe(200);
  });

  it('reads numbers from the query and refuses text that is none, naming the field', async () => {
    const page = await web.ask('GET', '/api/conversations?limit=3&offset=0');
    expect(page.json()).toMatchObject({ limit: 3, offset: 0 });
    for (const [query, field] of [['limit=three', 'limit'], ['limit=', 'limit'], ['limit=0', 'limit'], ['limit=1.5', 'limit'], ['offset=-1', 'offset'], ['channel=fax', 'channel'], ['agent_id=7', 'agent_id'], ['from=yesterday', 'from']] as const) {
      const answer = await web.ask('GET', `/api/conversations?${query}`);
      expect(answer.status, query).toBe(400);
      expect(answer.json().detail, query).toContain(field);
      expect(answer.json().issues).toMatchObject([{ path: field }]);
    }
  });

  it('decodes path parameters, once', async () => {
    const answer = await web.ask('GET', '/api/agents/a%20b%2525');
    expect(answer.status).toBe(404);
    expect(answer.json().detail).toMatch(/^Agent not found: a b%25$/);
  });

  it('answers 405 with Allow for other methods of a known path, also where the path has parameters', async () => {
    for (const [method, path, allow] of [['DELETE', '/api/agents/', /GET/], ['POST', '/api/conversations/7', /GET/], ['PUT', '/api/live/', /GET/], ['GET', '/api/sessions/7', /DELETE/]] as const) {
      const answer = await web.ask(method, path);
      expect(answer.status, path).toBe(405);
      expect(answer.headers.allow, path).toMatch(allow);
      expect(answer.json().detail).toEqual(expect.any(String));
    }
    const options = await web.ask('OPTIONS', '/api/agents/', { key: null });
    expect(options.status).toBe(204);
    expect(options.headers.allow).toContain('GET');
  });

  it('answers a JSON 404 below every API prefix and never asks Next', async () => {
    for (const path of ['/api', '/api/nothing', '/ai/nothing', '/voice', '/tools/x/y/z', '/llm/'])
      expect((await web.ask('GET', path)).json(), path).toEqual({ detail: 'Not Found' });
    expect(web.pages).toEqual([]);
  });

  it('answers {"error"} where the documented body is that, and both on 401 there', async () => {
    expect((await web.ask('GET', '/api/threads/nothing')).json()).toEqual({ error: 'Not Found' });
    expect((await web.ask('GET', '/api/models/nothing')).json()).toEqual({ error: 'Not Found' });
    const refused = await web.ask('POST', '/api/models', { key: null });
    expect([refused.status, refused.json()]).toEqual([401, { error: expect.any(String) as string, detail: refused.json().error }]);
  });

  it('answers 400 to a malformed path, with a request id', async () => {
    const answer = await web.ask('GET', '/api/conversations/%zz');
    expect(answer.status).toBe(400);
    expect(answer.json().detail).toEqual(expect.any(String));
    expect(answer.headers['x-request-id']).toBeTruthy();
    expect((await web.ask('GET', '/%zz')).status).toBe(400);
  });

  it('answers HEAD like GET without a body', async () => {
    const answer = await web.ask('HEAD', '/api/agents/');
    expect([answer.status, answer.text]).toEqual([200, '']);
  });
});

describe('bodies', () => {
  // A mutation by tRPC and an unknown path both pass the parsers; DELETE with a body reaches them by REST.
  it('refuses a body over the limit with 413, by its length and while reading', async () => {
    const huge = JSON.stringify({ text: 'x'.repeat(1_100_000) });
    expect((await web.ask('POST', '/api/trpc/sessions.close', { body: huge })).status).toBe(413);

    const answer = await new Promise<string>((resolve) => {
      const socket = connect(web.port, '127.0.0.1', () => {
        socket.write('POST /api/trpc/sessions.close HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n');
        const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
        for (let sent = 0; sent < 20; sent++) socket.write(chunk);
      });
      socket.once('data', (data) => { resolve(data.toString()); socket.destroy(); });
      socket.on('error', () => {});
    });
    expect(answer).toMatch(/^HTTP\/1.1 413/);
  });

  it('refuses other content types with 415 and broken JSON with 400', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])
      expect((await web.ask('DELETE', '/api/sessions/7', { body: 'a=1', headers: { 'content-type': type } })).status, type).toBe(415);
    const broken = await web.ask('DELETE', '/api/sessions/7', { body: '{"a":' });
    expect(broken.status).toBe(400);
    expect(broken.json().detail).toMatch(/JSON/);
    expect((await web.ask('DELETE', '/api/sessions/7', { body: '{"__proto__":{"a":1}}' })).status).toBe(400);
  });

  it('takes an empty JSON body for none', async () => {
    expect((await web.ask('DELETE', '/api/sessions/7', { headers: { 'content-type': 'application/json', 'content-length': '0' } })).status).toBe(404);
  });
});

describe('every answer', () => {
  it('carries a request id: the caller’s when it is harmless, else a new one; the log has the same', async () => {
    const own = await web.ask('GET', '/api/live/', { headers: { 'x-request-id': 'caller-7' } });
    expect(own.headers['x-request-id']).toBe('caller-7');
    const odd = await web.ask('GET', '/api/agents/', { headers: { 'x-request-id': 'a b<script>' } });
    expect(odd.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(web.log()).toContain(`"requestId":"${odd.headers['x-request-id'] as string}"`);
  });

  it('never logs a query string, a key or a cookie', async () => {
    await web.ask('GET', '/api/conversations?q=my+secret+words&token=parley_secret_key', { headers: { cookie: 'sessionid=secret-cookie', 'x-api-key': 'parley_other_secret' } });
    await web.ask('GET', '/api/v1/realtime?token=parley_secret_key', { key: 'parley_bearer_secret' });
    for (const secret of ['my+secret+words', 'parley_secret_key', 'secret-cookie', 'parley_other_secret', 'parley_bearer_secret'])
      expect(web.log()).not.toContain(secret);
    expect(web.log()).toContain('"path":"/api/conversations"');
  });

  it('lets any origin call with a key, and never with cookies', async () => {
    const preflight = await web.ask('OPTIONS', '/api/conversations', { key: null, headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-api-key' } });
    expect(preflight.status).toBe(204);
    expect(preflight.headers['access-control-allow-origin']).toBe('*');
    for (const header of ['x-api-key', 'idempotency-key', 'last-event-id']) expect(preflight.headers['access-control-allow-headers']).toContain(header);
    expect(preflight.headers['access-control-allow-credentials']).toBeUndefined();
    const answer = await web.ask('GET', '/api/agents/', { headers: { origin: 'https://elsewhere.example' } });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, '*']);
  });

  it('runs nothing when a browser is made to show it', async () => {
    const answer = await web.ask('GET', '/api/agents/');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });
});

describe('an unexpected error', () => {
  it('answers 500 with a request id and none of its text, and is counted', async () => {
    await using broken = await createTestDatabase();
    await using other = await startTestWeb({ db: broken.db });
    await broken.sql`alter table agents rename to agents_gone`;
    const answer = await other.ask('GET', '/api/agents/');
    expect(answer.status).toBe(500);
    expect(answer.json()).toEqual({ detail: 'Internal Server Error', request_id: answer.headers['x-request-id'] });
    const trpc = await other.ask('GET', '/api/trpc/agents.list?input=%7B%7D');
    expect(trpc.status).toBe(500);
    expect(trpc.text).not.toContain('agents_gone');
    expect(trpc.text).not.toContain('Failed query');
    expect(await other.registry.getSingleMetricAsString('parley_unexpected_errors_total')).toMatch(/ 2$/m);
    expect(other.log()).toContain('unexpected error');
  });
});
