import { Worker } from 'node:worker_threads';
import { afterEach, expect, it, vi } from 'vitest';
import { awakeTimer } from '@/server/platform/awake-timer';
import { within } from '@/server/platform/within';

afterEach(() => vi.useRealTimers());

const standStill = (ms: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

it('runs late when its time is over, and not once it is cancelled', () => {
  vi.useFakeTimers();
  const late = vi.fn();
  awakeTimer(250, late);
  const cancel = awakeTimer(250, () => late('cancelled'));
  vi.advanceTimersByTime(249);
  cancel();
  expect(late).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1_000);
  expect(late.mock.calls).toEqual([[]]);
});

it('gives up on nobody who answered while this process stood still', async () => {
  const answering = new Worker("const { parentPort } = require('node:worker_threads'); parentPort.on('message', () => parentPort.postMessage('here'));", { eval: true });
  const ask = () => new Promise((resolve) => { answering.once('message', resolve); answering.postMessage('there?'); });
  expect(await ask()).toBe('here'); // it runs
  const answer = within(ask(), 1_000, 'too late');
  standStill(1_500);
  expect(await answer).toBe('here');
  await answering.terminate();
});
