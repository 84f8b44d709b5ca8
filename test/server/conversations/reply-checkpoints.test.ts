import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ReplyCheckpoints } from '@/server/conversations/reply-checkpoints';
import { silentLogger } from '@test/support/fakes/scripted-brain';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

const checkpoints = (write: () => Promise<boolean>, logger = silentLogger) => new ReplyCheckpoints({ afterMs: 2_000, everyMs: 3_000, write, logger });

it('come two seconds after the first word, then every three, until the reply has its end', async () => {
  const write = vi.fn(() => Promise.resolve(true));
  const some = checkpoints(write);

  some.begin();
  await vi.advanceTimersByTimeAsync(1_000);
  some.begin();
  await vi.advanceTimersByTimeAsync(999);
  const early = [write.mock.calls.length, some.made];
  await vi.advanceTimersByTimeAsync(1);
  const first = [write.mock.calls.length, some.made];
  await vi.advanceTimersByTimeAsync(6_000);
  const third = write.mock.calls.length;
  some.stop();
  await vi.advanceTimersByTimeAsync(60_000);

  expect([early, first, third, write.mock.calls.length]).toEqual([[0, false], [1, true], 3, 3]);
  expect(vi.getTimerCount()).toBe(0);
});

it('are none of a reply that is done by then', async () => {
  const write = vi.fn(() => Promise.resolve(true));
  const some = checkpoints(write);

  some.begin();
  some.stop();
  some.begin();
  await vi.advanceTimersByTimeAsync(60_000);

  expect([write.mock.calls.length, some.made]).toEqual([0, false]);
});

it('are written one at a time, however long one takes', async () => {
  const writes: Array<(written: boolean) => void> = [];
  const some = checkpoints(() => new Promise((resolve) => { writes.push(resolve); }));

  some.begin();
  await vi.advanceTimersByTimeAsync(60_000);
  const meanwhile = writes.length;
  writes[0]?.(true);
  await vi.advanceTimersByTimeAsync(3_000);

  expect([meanwhile, writes.length]).toEqual([1, 2]);
  some.stop();
  writes[1]?.(true);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(writes).toHaveLength(2);
});

it('that fail are said once and tried again', async () => {
  const warn = vi.spyOn(silentLogger, 'warn');
  const write = vi.fn(() => Promise.reject(new Error('away')));
  const some = checkpoints(write);

  some.begin();
  await vi.advanceTimersByTimeAsync(8_000);
  some.stop();

  expect([write.mock.calls.length, warn.mock.calls.length]).toEqual([3, 1]);
  warn.mockRestore();
});

it('that the store had no room for are none', async () => {
  const answers = [false, true, false];
  const made: boolean[] = [];
  const some = checkpoints(() => Promise.resolve(answers[made.length] ?? false));

  some.begin();
  for (const ms of [2_000, 3_000, 3_000]) {
    await vi.advanceTimersByTimeAsync(ms);
    made.push(some.made);
  }
  some.stop();

  expect(made).toEqual([false, true, true]);
});

it('may be there while they are written, and when they failed', async () => {
  let fail = () => {};
  const some = checkpoints(() => new Promise((_resolve, reject) => { fail = () => reject(new Error('late')); }));

  some.begin();
  await vi.advanceTimersByTimeAsync(2_000);
  const meanwhile = some.made;
  fail();
  await vi.advanceTimersByTimeAsync(0);
  some.stop();

  expect([meanwhile, some.made]).toEqual([true, true]);
});
