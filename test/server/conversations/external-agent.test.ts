import { createServer, type ServerResponse } from 'node:http';
import { describe, expect, it, vi } from 'vitest';
import { ExternalAgent } from '@/server/conversations/external-agent';

const question = { message: 'Hi', session_id: 's', client_id: 'c', conversation_id: null };

async function agentServer(answer: (response: ServerResponse, body: string, method: string) => void) {
  const seen = { bodies: [] as string[], left: 0 };
  const server = createServer((request, response) => {
    response.on('close', () => { if (!response.writableFinished) seen.left++; });
    let body = '';
    request.on('data', (part) => { body += String(part); });
    request.on('end', () => { seen.bodies.push(body); answer(response, body, request.method ?? ''); });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`, seen, [Symbol.asyncDispose]: async () => { server.closeAllConnections(); await new Promise((resolve) => server.close(resolve)); } };
}
const json = (value: unknown) => (response: ServerResponse) => void response.setHeader('content-type', 'application/json').end(JSON.stringify(value));

describe('an external agent', () => {
  it.each(['response', 'text', 'content', 'message', 'reply'])('may answer in the field %s', async (field) => {
    await using server = await agentServer(json({ [field]: 'Hello.' }));
    expect(await new ExternalAgent({ url: server.url }).ask(question)).toBe('Hello.');
    expect(JSON.parse(server.seen.bodies[0] ?? '')).toEqual(question);
  });

  it('may answer plain text', async () => {
    await using server = await agentServer((response) => void response.setHeader('content-type', 'text/plain').end('Hello.'));
    expect(await new ExternalAgent({ url: server.url }).ask(question)).toBe('Hello.');
  });

  it.each<[string, (response: ServerResponse) => void, string]>([
    ['fails', (response) => void response.writeHead(500).end(), 'upstream_unavailable'],
    ['rejects', (response) => void response.writeHead(403).end(), 'upstream_rejected'],
    ['sends no text', json({ other: 1 }), 'upstream_rejected'],
    ['sends nothing', json({ text: ' ' }), 'upstream_rejected'],
    ['sends broken JSON', (response) => void response.setHeader('content-type', 'application/json').end('{'), 'upstream_unavailable'],
    ['sends too much', json({ text: 'x'.repeat(2_000) }), 'upstream_rejected'],
    ['redirects', (response) => void response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(), 'upstream_unavailable'],
    ['dies', (response) => void response.destroy(), 'upstream_unavailable'],
    ['is silent', () => {}, 'timeout'],
  ])('that %s is an upstream error', async (_case, answer, kind) => {
    await using server = await agentServer(answer);
    await expect(new ExternalAgent({ url: server.url, timeoutMs: kind === 'timeout' ? 200 : 30_000, maxBytes: 1_000 }).ask(question)).rejects.toMatchObject({ kind });
  });

  it('sees the request closed when the turn is cancelled', async () => {
    await using server = await agentServer(() => {});
    const abort = new AbortController();
    const asking = new ExternalAgent({ url: server.url }).ask(question, { signal: abort.signal });
    asking.catch(() => {});
    await vi.waitFor(() => expect(server.seen.bodies).toHaveLength(1), { timeout: 60_000 });
    abort.abort();
    await expect(asking).rejects.toMatchObject({ kind: 'cancelled' });
    await vi.waitFor(() => expect(server.seen.left).toBe(1), { timeout: 60_000 });
  });

  it('is well when it answers at all, and not when it is gone', async () => {
    const server = await agentServer((response) => void response.writeHead(405).end());
    await new ExternalAgent({ url: server.url }).check();
    await server[Symbol.asyncDispose]();
    await expect(new ExternalAgent({ url: server.url }).check()).rejects.toMatchObject({ kind: 'upstream_unavailable' });
  });
});
