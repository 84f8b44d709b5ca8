import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { SpeechJob } from '@/server/speech/job';
import { SpeechPool } from '@/server/speech/speech-pool';
import { hum } from '@test/support/speech/hum';
import { silentLogger } from '@test/support/speech/local-speech';

const say = (text: string): SpeechJob => ({ kind: 'synthesize', text, voice: 'slt', speed: 1 });
/** The encoder works through all of it before the first cancellation point. */
const longJob: SpeechJob = { kind: 'transcribe', samples: hum(20), sampleRate: 16_000 };
const endlessJob: SpeechJob = { kind: 'transcribe', samples: hum(240), sampleRate: 16_000 };

let pool: SpeechPool;
beforeAll(async () => { pool = await SpeechPool.start({ logger: silentLogger, workers: 1, maxQueued: 3 }); });
afterAll(() => pool.close());

test('urgent work goes before work that was queued earlier, equals keep their order', async () => {
  const order: string[] = [];
  const done = (name: string) => () => { order.push(name); };
  await Promise.all([
    pool.run(longJob, { rank: 3 }).then(done('running')),
    pool.run(say('one'), { rank: 3 }).then(done('normal 1')),
    pool.run(say('two'), { rank: 3 }).then(done('normal 2')),
    pool.run(say('three'), { rank: 1 }).then(done('urgent')),
  ]);
  expect(order).toEqual(['running', 'urgent', 'normal 1', 'normal 2']);
});

test('a full queue answers at once, with the time to come back', async () => {
  const accepted = [longJob, say('a'), say('b'), say('c')].map((job) => pool.run(job, { rank: 3 }));
  await expect(pool.run(say('d'), { rank: 1 })).rejects.toMatchObject({ kind: 'unavailable', retryAfterSeconds: 1 });
  await Promise.all(accepted);
  expect(pool.stats()).toMatchObject({ busy: 0, queued: 0 });
});

test('a cancelled job leaves the queue and is never run', async () => {
  const running = pool.run(longJob, { rank: 3 });
  const controller = new AbortController();
  const queued = pool.run(say('never'), { rank: 3, signal: controller.signal });
  expect(pool.stats().queued).toBe(1);
  controller.abort();
  await expect(queued).rejects.toMatchObject({ kind: 'cancelled' });
  expect(pool.stats().queued).toBe(0);
  await running;
});

test('a cancelled running job frees its worker', async () => {
  const controller = new AbortController();
  const running = pool.run(longJob, { rank: 3, signal: controller.signal });
  expect(pool.stats().busy).toBe(1);
  controller.abort();
  await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
  await expect(pool.run(say('next'), { rank: 3 })).resolves.toMatchObject({ sampleRate: 16_000 });
});

test('a worker that hangs is killed, fails its own job alone and is replaced', async () => {
  await using doomed = Object.assign(await SpeechPool.start({ logger: silentLogger, workers: 1 }), { async [Symbol.asyncDispose]() { await doomed.close(); } });
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }); // the time is up when the test says so, and for the second job never
  try {
    const hung = doomed.run(endlessJob, { rank: 1 });
    const waiting = doomed.run(say('still here'), { rank: 3 });
    vi.advanceTimersByTime(59_999);
    const before = doomed.stats();
    vi.advanceTimersByTime(1);
    await expect(hung).rejects.toMatchObject({ kind: 'internal', retryable: true });
    vi.advanceTimersByTime(0); // the replacement comes at once
    await expect(waiting).resolves.toMatchObject({ sampleRate: 16_000 });
    expect(before).toMatchObject({ busy: 1, queued: 1, crashes: 0 });
    expect(doomed.stats()).toMatchObject({ ready: 1, crashes: 1, queued: 0 });
  } finally {
    vi.useRealTimers();
  }
});

test('closing fails what waits and ends every worker', async () => {
  const other = await SpeechPool.start({ logger: silentLogger, workers: 2 });
  const settled = Promise.allSettled([longJob, longJob, say('x')].map((job) => other.run(job, { rank: 3 })));
  await other.close();
  expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  await expect(other.run(say('late'), { rank: 1 })).rejects.toMatchObject({ kind: 'unavailable' });
  expect(other.stats().ready).toBe(0);
});

test('a machine that can start no worker is told at once', async () => {
  const node = process.execPath;
  process.execPath = '/nowhere/node';
  try {
    await expect(SpeechPool.start({ logger: silentLogger, workers: 2 })).rejects.toThrow('could not be started');
  } finally {
    process.execPath = node;
  }
});
