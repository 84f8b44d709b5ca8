import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { EgressGuard } from '@/server/platform/egress/egress-guard';
import { sendWebhook, type WebhookRequest } from '@/server/webhooks/send-webhook';
import { CLOSED_PORT } from '@test/support/closed-port';
import { EXPIRED, SELF_SIGNED, TEST_KEY } from '@test/support/webhooks/certificates';
import { answering, startReceiver, type Answer } from '@test/support/webhooks/receiver';

const here = new EgressGuard({ allow: ['127.0.0.0/8'], resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) });

const send = (given: Partial<WebhookRequest> & { url: string }) =>
  sendWebhook({ headers: { 'webhook-id': 'one' }, body: '{"a":1}', guard: here, signal: new AbortController().signal, ...given });

/** A listener that speaks no HTTP. */
async function startPeer(talk: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => { sockets.add(socket.on('error', () => {})); talk(socket); });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('a try', () => {
  it('is one POST of the very bytes, as JSON', async () => {
    await using receiver = await startReceiver();
    const body = '{"text":"Grüße, 世界"}';
    const result = await send({ url: `${receiver.url}?token=1`, body });
    expect(result).toMatchObject({ outcome: 'delivered', status: 200, error: null });
    expect(receiver.received).toMatchObject([{ method: 'POST', path: '/hook?token=1', body, headers: { 'content-type': 'application/json', 'webhook-id': 'one', 'content-length': String(Buffer.byteLength(body)) } }]);
  });

  it.each([[204, 'delivered', null], [400, 'rejected', 'answered 400'], [410, 'gone', 'wants no more'], [500, 'rejected', 'answered 500']])('that is answered with %i is %s', async (status, outcome, words) => {
    await using receiver = await startReceiver(answering(status));
    const result = await send({ url: receiver.url });
    expect(result).toMatchObject({ outcome, status });
    expect(result.error ?? '').toContain(words ?? '');
  });

  it('does not follow a redirect, wherever it leads', async () => {
    await using second = await startReceiver();
    await using first = await startReceiver((response) => response.writeHead(307, { location: second.url }).end());
    expect(await send({ url: first.url })).toMatchObject({ outcome: 'rejected', status: 307, error: expect.stringContaining('redirects are not followed') as string });
    expect(second.received).toEqual([]);
  });

  it('hears how long the receiver wants to be left alone', async () => {
    await using receiver = await startReceiver((response) => response.writeHead(429, { 'retry-after': '120' }).end());
    expect(await send({ url: receiver.url })).toMatchObject({ outcome: 'rejected', status: 429, retryAfterSeconds: 120 });
  });

  it('takes a huge answer for what its head says, and no more than a little of it', async () => {
    let written = 0;
    await using receiver = await startReceiver((response) => {
      response.writeHead(200);
      const more = () => { while (!response.destroyed && written < 50_000_000) { written += 65_536; if (!response.write(Buffer.alloc(65_536))) { response.once('drain', more); return; } } };
      more();
    });
    expect(await send({ url: receiver.url })).toMatchObject({ outcome: 'delivered', status: 200 });
    expect(written).toBeLessThan(20_000_000); // what the kernel's buffers swallow
  });

  it('ends within its time when the answer never does, and still counts what its head said', async () => {
    const drip: Answer = (response) => {
      response.writeHead(202);
      const timer = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(timer));
    };
    await using receiver = await startReceiver(drip);
    expect(await send({ url: receiver.url, limitMs: 3_000 })).toMatchObject({ outcome: 'delivered', status: 202 });
  });

  it('gives up when no answer comes', async () => {
    await using receiver = await startReceiver(() => {});
    expect(await send({ url: receiver.url, limitMs: 300 })).toMatchObject({ outcome: 'timeout', status: null, error: 'no answer within 0.3 s' });
  });

  it('gives up when the head of the answer drips for ever', async () => {
    await using peer = await startPeer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const timer = setInterval(() => socket.write('x: y\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await send({ url: `http://${peer.host}/`, limitMs: 300 })).toMatchObject({ outcome: 'timeout', status: null });
  });

  it('gives up when the name is looked up for ever', async () => {
    const guard = new EgressGuard({ allow: [], resolve: () => new Promise(() => {}) });
    expect(await send({ url: 'http://slow.example/', guard, limitMs: 300 })).toMatchObject({ outcome: 'timeout', status: null });
  });

  it('says that nobody listens, hangs up, or speaks something else', async () => {
    expect(await send({ url: `http://127.0.0.1:${CLOSED_PORT}/` })).toMatchObject({ outcome: 'unreachable', error: expect.stringContaining('nothing listens at 127.0.0.1') as string });
    await using rude = await startPeer((socket) => socket.once('data', () => socket.destroy()));
    expect(await send({ url: `http://${rude.host}/` })).toMatchObject({ outcome: 'unreachable', error: expect.stringContaining('hung up') as string });
    await using strange = await startPeer((socket) => socket.end('220 mail.example ESMTP\r\n'));
    expect(await send({ url: `http://${strange.host}/` })).toMatchObject({ outcome: 'unreachable', error: expect.stringContaining('no HTTP') as string });
    const guard = new EgressGuard({ allow: [], resolve: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })) });
    expect(await send({ url: 'http://nobody.example/', guard })).toMatchObject({ outcome: 'unreachable', error: 'nobody knows the name nobody.example' });
  });

  it('goes nowhere private, by name or by number', async () => {
    await using receiver = await startReceiver();
    const closed = new EgressGuard({ allow: [], resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]) });
    for (const host of ['127.0.0.1', '0x7f.1', 'localhost', 'rebound.example'])
      expect(await send({ url: `http://${host}:${receiver.port}/`, guard: closed })).toMatchObject({ outcome: 'blocked', status: null, error: expect.stringContaining('PARLEY_EGRESS_ALLOW') as string });
    expect(receiver.received).toEqual([]);
  });

  it('trusts no certificate that anybody could make, and says what is wrong with it', async () => {
    await using valid = await startReceiver(answering(200), { key: TEST_KEY, cert: SELF_SIGNED });
    await using expired = await startReceiver(answering(200), { key: TEST_KEY, cert: EXPIRED });
    const error = async (given: Parameters<typeof send>[0]) => (await send(given)).error;

    expect(await error({ url: `https://hooks.test:${valid.port}/` })).toMatch(/signed its certificate itself/);
    expect(await error({ url: `https://hooks.test:${expired.port}/`, ca: EXPIRED })).toMatch(/has expired/);
    expect(await error({ url: `https://other.test:${valid.port}/`, ca: SELF_SIGNED })).toMatch(/for another name/);
    expect(valid.received).toEqual([]);
    expect(await send({ url: `https://hooks.test:${valid.port}/`, ca: SELF_SIGNED })).toMatchObject({ outcome: 'delivered', status: 200 });

    await using plain = await startReceiver();
    expect(await error({ url: `https://hooks.test:${plain.port}/` })).toMatch(/speaks plain HTTP/);
  });

  it('counts for nothing when the worker ends meanwhile', async () => {
    await using receiver = await startReceiver(() => {});
    const worker = new AbortController();
    const sending = send({ url: receiver.url, signal: worker.signal });
    const rejected = expect(sending).rejects.toMatchObject({ kind: 'cancelled' });
    await receiver.has(1);
    worker.abort();
    await rejected;
  });
});
