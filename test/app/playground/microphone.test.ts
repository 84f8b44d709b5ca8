import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Microphone } from '@/app/(console)/playground/_lib/microphone';

/** The browser's part: a permission that the test gives when it wants to, and a device whose samples it says. */
function browser(sampleRate = 48_000) {
  const tracks = [{ stopped: false, stop() { this.stopped = true; }, addEventListener() {} }];
  const ports: { onmessage?: (message: { data: Float32Array }) => void }[] = [];
  let allow = () => {};
  let refuse = () => {};
  let contexts = 0;
  let loads = 0;
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: () => new Promise((resolve, reject) => {
    allow = () => resolve({ getTracks: () => tracks, getAudioTracks: () => tracks });
    refuse = () => reject(new DOMException('No', 'NotAllowedError'));
  }) } });
  vi.stubGlobal('AudioContext', class {
    sampleRate = sampleRate;
    audioWorklet = { addModule: async () => { loads++; } };
    constructor() { contexts++; }
    async resume() {}
    async close() { contexts--; }
    createMediaStreamSource() { return { connect() {} }; }
  });
  vi.stubGlobal('AudioWorkletNode', class { port = {}; constructor() { ports.push(this.port); } });
  return { tracks, allow: () => allow(), refuse: () => refuse(), contexts: () => contexts, loads: () => loads, hear: (samples: number) => ports.at(-1)!.onmessage!({ data: new Float32Array(samples).fill(0.5) }) };
}

let chunks: number[];
const microphone = (onChunk: (samples: Int16Array) => void = (samples) => chunks.push(samples.length)) => new Microphone({ sampleRate: 16_000, chunkMs: 40, onChunk, onEnded: () => {} });
beforeEach(() => { chunks = []; });
afterEach(() => vi.unstubAllGlobals());

it('gives out chunks of one length, and the rest when it is flushed', async () => {
  const device = browser();
  const open = microphone();
  const opened = open.open();
  device.allow();
  await opened;
  device.hear(4_800); // 100 ms
  open.flush();
  open.flush();
  expect(chunks.slice(0, 2)).toEqual([640, 640]);
  expect(chunks).toHaveLength(3);
});

it('gives the device back when it was closed while the browser asked', async () => {
  const device = browser();
  const left = microphone();
  const opened = left.open();
  left.close();
  device.allow();
  await opened;
  expect(left.isOpen).toBe(false);
  expect(device.tracks[0]!.stopped).toBe(true);
  expect(device.contexts()).toBe(0);
});

it('is ready to listen before it is let in, and leaves nothing behind when it is not', async () => {
  const device = browser();
  const refused = microphone();
  const opened = refused.open();
  expect(device.loads()).toBe(1);
  device.refuse();
  await expect(opened).rejects.toMatchObject({ problem: 'denied' });
  expect(device.contexts()).toBe(0);
});

it('gives the device back when its rate is of no use', async () => {
  const device = browser(8_000);
  const narrow = microphone();
  const opened = narrow.open();
  device.allow();
  await expect(opened).rejects.toMatchObject({ problem: 'failed' });
  expect(device.tracks[0]!.stopped).toBe(true);
  expect(device.contexts()).toBe(0);
});

it('may be flushed by whoever gets its chunk', async () => {
  const device = browser();
  const greedy: Microphone = microphone((samples) => { chunks.push(samples.length); greedy.flush(); });
  const opened = greedy.open();
  device.allow();
  await opened;
  device.hear(4_800);
  expect(chunks.slice(0, 2)).toEqual([640, 640]);
});
