import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PlaygroundSession } from '@/app/(console)/playground/_lib/playground-session';
import type { Socket } from '@/app/(console)/playground/_lib/realtime-client';
import { hasOpenReply } from '@/app/(console)/playground/_lib/thread';

/** A socket whose other side is the test. */
class FakeSocket implements Socket {
  readyState = 0;
  bufferedAmount = 0;
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;
  readonly told: { type: string; [field: string]: unknown }[] = [];

  send(text: string): void { this.told.push(JSON.parse(text) as { type: string }); }
  close(): void { this.readyState = 3; }
  say(event: object): void { this.onmessage!.call(this as never, { data: JSON.stringify(event) } as MessageEvent); }
  accept(): void {
    this.readyState = 1;
    this.onopen!.call(this as never, {} as Event);
    this.say({ type: 'session.created', session_id: 's', conversation_id: 'c', agent: { id: 'a', name: 'Assistant' } });
  }
  drop(code: number): void { this.onclose!.call(this as never, { code, reason: '' } as CloseEvent); }
}

let sockets: FakeSocket[];
let session: PlaygroundSession;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('AudioContext', class { state = 'running'; async close() {} });
  sockets = [];
  session = new PlaygroundSession({ url: 'ws://server', createSocket: () => { const socket = new FakeSocket(); sockets.push(socket); return socket; } });
});
afterEach(() => {
  session.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const answering = () => {
  session.sendText('Hello');
  sockets[0]!.accept();
  sockets[0]!.say({ type: 'response.text.delta', delta: 'Good ', turn_id: 't' });
};

it('ends an open reply when the way of talking changes, and goes on in the same conversation', () => {
  answering();
  session.setMode('hands-free');
  expect(hasOpenReply(session.getSnapshot().thread)).toBe(false);
  expect(sockets[0]!.told.slice(-2).map(({ type }) => type)).toEqual(['response.cancel', 'session.close']);
  sockets[1]!.accept();
  expect(sockets[1]!.told[0]).toMatchObject({ type: 'session.start', conversation_id: 'c', turn_detection: { type: 'server_vad' } });
});

it('comes back by itself after a lost connection, a little later each time, and then gives up', () => {
  answering();
  sockets[0]!.drop(1006);
  expect(session.getSnapshot().connection).toBe('reconnecting');
  for (let attempt = 1; attempt <= 5; attempt++) {
    vi.advanceTimersByTime(8_000);
    expect(sockets).toHaveLength(attempt + 1);
    sockets[attempt]!.drop(1006);
  }
  expect(session.getSnapshot()).toMatchObject({ connection: 'closed', problem: 'The realtime service cannot be reached.' });
  vi.advanceTimersByTime(60_000);
  expect(sockets).toHaveLength(6);
});

it('does not come back where the server ended the session for good, and says why', () => {
  answering();
  sockets[0]!.drop(1000);
  expect(session.getSnapshot()).toMatchObject({ connection: 'closed', problem: 'The session was ended.' });
});

it('stops a reply at once here and at its source', () => {
  answering();
  session.interrupt();
  expect(sockets[0]!.told.at(-1)).toEqual({ type: 'response.cancel' });
  expect(hasOpenReply(session.getSnapshot().thread)).toBe(false);
});

it('hangs up when the page is left', () => {
  answering();
  session.close();
  expect(sockets[0]!.told.at(-1)).toEqual({ type: 'session.close' });
  expect(sockets[0]!.readyState).toBe(3);
});

it('gives the microphone back a few seconds after the button was let go, and not before', async () => {
  let stopped = 0;
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: async () => ({ getTracks: () => [{ stop: () => stopped++ }], getAudioTracks: () => [] }) } });
  vi.stubGlobal('AudioWorkletNode', class { port = { onmessage: null }; });
  vi.stubGlobal('AudioContext', class {
    state = 'running';
    sampleRate = 48_000;
    audioWorklet = { addModule: async () => {} };
    async resume() {}
    async close() {}
    createMediaStreamSource() { return { connect() {} }; }
  });
  await session.hold();
  sockets[0]!.accept();
  expect(session.getSnapshot()).toMatchObject({ holding: true, microphone: 'on' });
  vi.advanceTimersByTime(60_000);
  expect(stopped).toBe(0); // held
  session.release();
  vi.advanceTimersByTime(3_000);
  await session.hold(); // the next sentence begins without asking for it again
  vi.advanceTimersByTime(60_000);
  expect(stopped).toBe(0);
  session.release();
  vi.advanceTimersByTime(10_000);
  expect(stopped).toBe(1);
  expect(session.getSnapshot().microphone).toBe('off');
});
