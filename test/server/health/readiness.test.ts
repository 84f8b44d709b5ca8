import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { speechCheck } from '@/server/health/checks';
import { createReadiness } from '@/server/health/readiness';
import { Secret } from '@/server/platform/secret';

const keyless = (url: string) => ({ url, apiKey: undefined });

describe('readiness', () => {
  it('asks every part once for many probes at a time, and again when the answer is old', async () => {
    let asked = 0;
    let nowMs = 0;
    const probe = createReadiness({ part: () => { asked++; return Promise.resolve(); } }, { cacheMs: 1_000, clock: { now: () => new Date(nowMs), monotonic: () => nowMs } });
    await Promise.all([probe.check(), probe.check(), probe.results()]);
    nowMs = 999;
    await probe.check();
    expect(asked).toBe(1);
    nowMs = 1_000;
    await probe.check();
    expect(asked).toBe(2);
  });

  it('counts a part that does not answer in time as down and aborts its question', async () => {
    let aborted = false;
    const probe = createReadiness({
      stuck: (signal) => new Promise(() => { signal.addEventListener('abort', () => { aborted = true; }); }),
      fine: () => Promise.resolve(),
    }, { timeoutMs: 20 });
    expect(await probe.check()).toEqual({ status: 'not_ready', checks: { stuck: false, fine: true } });
    expect(aborted).toBe(true);
    expect(await probe.results()).toContainEqual(expect.objectContaining({ name: 'stuck', detail: 'no answer within 20 ms' }));
  });

  it('turns red and green again with its parts', async () => {
    let up = true;
    const probe = createReadiness({ part: () => (up ? Promise.resolve() : Promise.reject(new Error('down'))) }, { cacheMs: 0 });
    const seen: string[] = [];
    for (const state of [true, false, true]) { up = state; seen.push((await probe.check()).status); }
    expect(seen).toEqual(['ready', 'not_ready', 'ready']);
  });
});

describe('the speech check', () => {
  async function speechServer(status: number) {
    const asked: { url?: string; authorization?: string }[] = [];
    const server = createServer((request, response) => {
      asked.push({ url: request.url, authorization: request.headers.authorization });
      response.writeHead(status).end('{}');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: async () => { server.closeAllConnections(); server.close(); await once(server, 'close'); } };
  }
  const { signal } = new AbortController();

  it('asks for the models with the key, whether or not the URL ends in /v1', async () => {
    await using server = await speechServer(200);
    for (const url of [server.url, `${server.url}/`, `${server.url}/v1`]) await speechCheck([{ url, apiKey: new Secret('key') }])(signal);
    expect(server.asked).toEqual(Array(3).fill({ url: '/v1/models', authorization: 'Bearer key' }));
  });

  it('is content with one server of several, and with one that lacks the route; a refused key or a broken server is down', async () => {
    await using fine = await speechServer(404);
    await using broken = await speechServer(500);
    await using locked = await speechServer(401);
    await expect(speechCheck([broken.url, 'http://127.0.0.1:1', fine.url].map(keyless))(signal)).resolves.toBeUndefined();
    await expect(speechCheck([keyless(broken.url)])(signal)).rejects.toThrow(/answered 500/);
    await expect(speechCheck([keyless(locked.url)])(signal)).rejects.toThrow(/answered 401/);
    await expect(speechCheck([keyless('http://127.0.0.1:1')])(signal)).rejects.toThrow(/ECONNREFUSED|bad port/);
    await expect(speechCheck([])(signal)).rejects.toThrow(/has not started/);
  });
});
