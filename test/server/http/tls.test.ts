import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@test/support/database';
import { API_KEY, startTestWeb, type TestWeb } from '@test/support/web';
import { SELF_SIGNED, TEST_KEY } from '@test/support/webhooks/certificates';

let database: TestDatabase;
let web: TestWeb;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'parley-tls-'));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  await Promise.all([writeFile(cert, SELF_SIGNED), writeFile(key, TEST_KEY)]);
  web = await startTestWeb({ db: database.db, environment: { TLS_CERT: cert, TLS_KEY: key, PUBLIC_URL: 'https://hooks.test' } });
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function overTls(method: string, path: string, headers: Record<string, string> = {}): Promise<{ status: number; headers: IncomingMessage['headers']; body: string }> {
  const asked = request({ host: '127.0.0.1', port: web.port, servername: 'hooks.test', ca: SELF_SIGNED, method, path, headers, agent: false });
  asked.end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) };
}

describe('with TLS_CERT and TLS_KEY', () => {
  it('the API answers over HTTPS, and tells browsers to stay there', async () => {
    const answer = await overTls('GET', '/api/me', { 'x-api-key': API_KEY });
    expect([answer.status, answer.headers['strict-transport-security']]).toEqual([200, 'max-age=31536000']);
  });

  it('what it hands out is encrypted too', async () => {
    const answer = await overTls('POST', '/api/conversation/stream', { 'x-api-key': API_KEY });
    expect((JSON.parse(answer.body) as { websocket_url: string }).websocket_url).toMatch(/^wss:\/\/hooks\.test\/api\/conversation\/stream\?token=pst_/);
  });

  it('nothing is answered in the clear', async () => {
    await expect(web.ask('GET', '/api/me')).rejects.toThrow();
  });
});
