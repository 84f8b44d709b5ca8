import { once } from 'node:events';
import { WebSocket, WebSocketServer } from 'ws';
import { expect, it, vi } from 'vitest';
import { RealtimeClient, type Closing, type ConnectionState, type RealtimeClientOptions, type Socket } from '@/app/(console)/playground/_lib/realtime-client';
import type { ServerEvent } from '@/realtime/contract/realtime-events';

/** A real WebSocket server that notes what it is told; the test speaks for it. */
async function listening() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const told: Record<string, unknown>[] = [];
  let socket: WebSocket | undefined;
  server.on('connection', (one) => {
    socket = one;
    one.on('message', (data) => told.push(JSON.parse(String(data)) as Record<string, unknown>));
  });
  const events: ServerEvent[] = [];
  const states: ConnectionState[] = [];
  const closings: Closing[] = [];
  const options: RealtimeClientOptions = {
    url: `ws://127.0.0.1:${(server.address() as { port: number }).port}/api/v1/realtime`,
    start: { client_id: 'test' },
    createSocket: (url) => new WebSocket(url) as unknown as Socket,
    onEvent: (event) => events.push(event),
    onState: (state, closing) => { states.push(state); if (closing) closings.push(closing); },
  };
  const client = new RealtimeClient(options);
  return {
    client, told, events, states, closings, options,
    say: (event: object | string) => socket!.send(typeof event === 'string' ? event : JSON.stringify(event)),
    end: (code: number) => socket!.close(code),
    async [Symbol.asyncDispose]() {
      client.close();
      for (const one of server.clients) one.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** It goes through real sockets: as long as they take. */
const soon = (check: () => void) => vi.waitFor(check, { timeout: 30_000 });

const created = { type: 'session.created', session_id: 's', conversation_id: 'c', agent: { id: 'a', name: 'Assistant' } };

it('starts a session and sends what was said before it was ready, in order', async () => {
  await using server = await listening();
  server.client.connect();
  server.client.sendText('one');
  server.client.commit();
  await soon(() => expect(server.told).toEqual([{ type: 'session.start', client_id: 'test' }]));
  server.say(created);
  await soon(() => expect(server.told.slice(1)).toEqual([{ type: 'input_text', text: 'one' }, { type: 'input_audio_buffer.commit' }]));
  expect(server.states).toEqual(['connecting', 'ready']);
  expect(server.events).toEqual([created]);
});

it('sends audio as base64 of little-endian samples', async () => {
  await using server = await listening();
  server.client.connect();
  server.client.appendAudio(Int16Array.of(1, -2, 256));
  await soon(() => expect(server.told).toHaveLength(1));
  server.say(created);
  await soon(() => expect(server.told[1]).toEqual({ type: 'input_audio_buffer.append', audio: Buffer.from([1, 0, 0xfe, 0xff, 0, 1]).toString('base64') }));
});

it('skips events and texts that it does not know', async () => {
  await using server = await listening();
  server.client.connect();
  await soon(() => expect(server.told).toHaveLength(1));
  server.say(created);
  server.say('no json');
  server.say({ type: 'response.video.delta' });
  server.say({ type: 'status', state: 'thinking' });
  await soon(() => expect(server.events).toEqual([created, { type: 'status', state: 'thinking' }]));
});

it('says goodbye when it is closed, and tells a lost connection from it', async () => {
  await using server = await listening();
  server.client.connect();
  await soon(() => expect(server.told).toHaveLength(1));
  server.say(created);
  await soon(() => expect(server.client.state).toBe('ready'));
  server.client.close();
  await soon(() => expect(server.told.at(-1)).toEqual({ type: 'session.close' }));
  expect(server.closings).toEqual([{ expected: true, code: 1000, reason: '' }]);
});

it('reports the code with which the server ended the session', async () => {
  await using server = await listening();
  server.client.connect();
  await soon(() => expect(server.told).toHaveLength(1));
  server.say(created);
  await soon(() => expect(server.client.state).toBe('ready'));
  server.end(1013);
  await soon(() => expect(server.closings).toEqual([expect.objectContaining({ expected: false, code: 1013 })]));
  server.client.sendText('into the void');
  expect(server.states).toEqual(['connecting', 'ready', 'closed']);
});

it('ends with the server’s words when the session is refused', async () => {
  await using server = await listening();
  server.client.connect();
  await soon(() => expect(server.told).toHaveLength(1));
  server.say({ type: 'error', code: 'validation_error', message: 'Agent x not found' });
  await soon(() => expect(server.closings).toEqual([{ expected: false, code: 0, reason: 'Agent x not found' }]));
});

it('gives up on a server that never answers', () => {
  vi.useFakeTimers();
  try {
    const closings: Closing[] = [];
    const silent: Socket = { readyState: 0, bufferedAmount: 0, send: () => {}, close: () => {}, onopen: null, onmessage: null, onclose: null };
    const client = new RealtimeClient({ url: 'ws://nowhere', start: {}, createSocket: () => silent, onEvent: () => {}, onState: (_state, closing) => { if (closing) closings.push(closing); } });
    client.connect();
    vi.advanceTimersByTime(10_000);
    expect(closings).toEqual([expect.objectContaining({ expected: false })]);
    expect(client.state).toBe('closed');
  } finally {
    vi.useRealTimers();
  }
});
