import { createServer, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { readPeer } from '@/server/auth/peer';
import { handleUpgrades } from '@/server/http/upgrades';
import { Secret } from '@/server/platform/secret';
import { CLOSED_PORT } from '@test/support/closed-port';

const secret = new Secret('shared');
const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => { for (const step of cleanUp.splice(0).reverse()) await step(); });

async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUp.push(() => { server.closeAllConnections(); return new Promise<void>((resolve) => { server.close(() => resolve()); }); });
  return (server.address() as AddressInfo).port;
}

/** A real WebSocket server in realtime's place: it sends back what it hears. */
async function startRealtime() {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  const requests: IncomingMessage[] = [];
  sockets.on('connection', (socket, request) => {
    requests.push(request);
    socket.on('error', () => {});
    socket.on('message', (data, binary) => { socket.send(data, { binary }); });
  });
  const port = await listening(server);
  cleanUp.push(() => { for (const socket of sockets.clients) socket.terminate(); });
  return { port, sockets, requests };
}

async function startFront(realtimePort: number) {
  const server = createServer((_request, response) => { response.end(); });
  const upgrades = handleUpgrades(server, { realtimeUrl: `http://127.0.0.1:${realtimePort}`, secret });
  const held: number[] = []; // when each upgrade had been looked at
  server.on('upgrade', () => { held.push(upgrades.open()); });
  const port = await listening(server);
  return { port, upgrades, held };
}

async function opened(url: string, headers: Record<string, string> = {}): Promise<WebSocket> {
  const socket = new WebSocket(url, { headers });
  socket.on('error', () => {});
  cleanUp.push(() => { socket.terminate(); });
  await once(socket, 'open');
  return socket;
}

/** The status line that a refused upgrade gets. */
async function refused(port: number, path: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`);
  const [data] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return data.toString().split('\r\n', 1)[0]!;
}

describe('WebSocket upgrades', () => {
  it('are piped to realtime, text and binary, small and large', async () => {
    const realtime = await startRealtime();
    const front = await startFront(realtime.port);
    for (const path of ['/api/v1/realtime', '/api/v1/realtime/', '/api/conversation/stream?token=x']) {
      const socket = await opened(`ws://127.0.0.1:${front.port}${path}`);
      const large = Buffer.alloc(900_000, 7);
      for (const message of ['hello', large]) {
        socket.send(message);
        const [data, binary] = (await once(socket, 'message')) as [Buffer, boolean];
        expect(Buffer.from(message).equals(data)).toBe(true);
        expect(binary).toBe(typeof message !== 'string');
      }
      expect(realtime.requests.at(-1)?.url).toBe(path);
    }
  });

  it('tell realtime the caller’s address under a seal, and nobody else can', async () => {
    const realtime = await startRealtime();
    const front = await startFront(realtime.port);
    await opened(`ws://127.0.0.1:${front.port}/api/v1/realtime`, { 'X-Parley-Peer': '10.0.0.1;forged', 'x-forwarded-for': '10.0.0.2', authorization: 'Bearer key' });
    const { headers } = realtime.requests[0]!;
    expect(readPeer(headers['x-parley-peer'], secret)).toBe('127.0.0.1');
    expect(headers).toMatchObject({ authorization: 'Bearer key', 'x-forwarded-for': '10.0.0.2' });
  });

  it('are refused on other paths, and with 502 while realtime is down', async () => {
    const front = await startFront(CLOSED_PORT);
    expect(await refused(front.port, '/api/v1/realtime')).toBe('HTTP/1.1 502 Bad Gateway');
    for (const path of ['/', '/_next/hmr', '/api/v1/realtimes', '/api/trpc']) expect(await refused(front.port, path), path).toBe('HTTP/1.1 404 Not Found');
    await expect.poll(() => front.upgrades.open()).toBe(0);
  });

  it('hold no socket of a caller that was refused and never hangs up', async () => {
    const front = await startFront(CLOSED_PORT);
    const caller = connect({ port: front.port, host: '127.0.0.1', allowHalfOpen: true });
    cleanUp.push(() => { caller.destroy(); });
    caller.on('error', () => {});
    caller.write('GET /nowhere HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n');
    expect(String((await once(caller, 'data'))[0])).toMatch(/^HTTP\/1.1 404/);
    expect(front.held).toEqual([1]);
    await expect.poll(() => front.upgrades.open()).toBe(0);
  });

  it('end on both sides when either ends', async () => {
    const realtime = await startRealtime();
    const front = await startFront(realtime.port);
    const first = await opened(`ws://127.0.0.1:${front.port}/api/v1/realtime`);
    const second = await opened(`ws://127.0.0.1:${front.port}/api/v1/realtime`);
    expect(front.upgrades.open()).toBe(2);
    first.terminate();
    await expect.poll(() => realtime.sockets.clients.size).toBe(1);
    const closed = once(second, 'close');
    for (const socket of realtime.sockets.clients) socket.close(4000, 'over');
    expect((await closed)[0]).toBe(4000);
    await expect.poll(() => front.upgrades.open()).toBe(0);
  });

  it('drain: a goodbye from realtime still arrives, and nobody new gets in', async () => {
    const realtime = await startRealtime();
    const front = await startFront(realtime.port);
    const polite = await opened(`ws://127.0.0.1:${front.port}/api/v1/realtime`);
    const goodbye = once(polite, 'message');
    const drained = front.upgrades.drain(60_000);
    expect(await refused(front.port, '/api/v1/realtime')).toBe('HTTP/1.1 503 Service Unavailable');
    const [speaker] = realtime.sockets.clients;
    speaker!.send('goodbye');
    speaker!.close(1001);
    expect(String((await goodbye)[0])).toBe('goodbye');
    await drained;
  });

  it('drain: whoever stays is cut', async () => {
    const realtime = await startRealtime();
    const front = await startFront(realtime.port);
    const staying = await opened(`ws://127.0.0.1:${front.port}/api/v1/realtime`);
    const cut = once(staying, 'close');
    await front.upgrades.drain(300);
    await cut;
    await expect.poll(() => realtime.sockets.clients.size).toBe(0);
  });
});
