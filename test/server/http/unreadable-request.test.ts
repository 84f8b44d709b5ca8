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

/** What comes back for bytes that no HTTP client would send, until the server hangs up. */
async function send(bytes: string): Promise<{ status: number; requestId: string | undefined; body: unknown }> {
  const socket = connect(web.port, '127.0.0.1').on('error', () => {}); // it hangs up on bytes that it did not read
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');
  return { status: Number(head.split(' ')[1]), requestId: /^x-request-id: (.+)$/m.exec(head)?.[1], body: JSON.parse(body) as unknown };
}

describe('bytes that are no request', () => {
  it.each([
    ['no HTTP at all', 'HELLO\r\n\r\n', 400, 'This is not HTTP/1.1 as it must be written'],
    ['a body of two lengths', 'POST /api/agents/ HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}', 400, 'This is not HTTP/1.1 as it must be written'],
    ['headers without end', `GET /api/me HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'The headers are too large'],
  ])('are answered like anything else: %s', async (_title, bytes, status, detail) => {
    const answer = await send(bytes);
    expect(answer).toEqual({ status, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, body: { detail } });
    expect(web.log()).toContain(answer.requestId);
  });
});

describe('a request that never ends', () => {
  it('is given up after some minutes', () => {
    expect(web.app.server.requestTimeout).toBe(300_000);
    expect(web.app.server.headersTimeout).toBeGreaterThan(0);
  });
});
