import { readdirSync } from 'node:fs';
import { Telephone } from '@test/support/telephone/telephone';
import { tone } from '@test/support/telephone/tones';
import { pause, until } from '@test/support/telephone/until';
import { startFarEnd } from './far-end';

const WARM_UP_CALLS = 50;
const TALK_MS = 60;
/** RFC 3261: what a transaction leaves behind for repetitions lasts 64 × T1 = 32 s. */
const FORGOTTEN_AFTER_MS = 35_000;

/** Calls that follow each other, and what is left of them afterwards. */
export async function measureOneAfterAnother(calls: number): Promise<Record<string, Record<string, number | string>>> {
  await using farEnd = await startFarEnd();
  await using phone = await Telephone.start();
  const account = await phone.account({ domain: `127.0.0.1:${farEnd.port}` });
  const callOnce = async () => {
    const { call } = phone.ring(account, '10001');
    await until('answered', () => call.state === 'answered');
    call.sendAudio(tone(440, 40));
    await pause(TALK_MS);
    call.hangUp();
    await until('over', () => account.calls === 0);
  };
  const look = async () => {
    phone.trace.length = 0;
    await pause(FORGOTTEN_AFTER_MS);
    globalThis.gc?.();
    const resources = process.getActiveResourcesInfo();
    const count = (name: RegExp) => resources.filter((each) => name.test(each)).length;
    return { sockets: count(/UDP|TCP/), timers: count(/Timeout|Immediate/), 'open files': readdirSync('/proc/self/fd').length, streams: phone.media.size, 'RSS MB': (process.memoryUsage().rss / 1e6).toFixed(0) };
  };
  for (let index = 0; index < WARM_UP_CALLS; index++) await callOnce();
  const before = await look();
  const startedAt = performance.now();
  for (let index = 0; index < calls; index++) await callOnce();
  const perSecond = calls / ((performance.now() - startedAt) / 1_000);
  return { before, [`after ${calls} calls (${perSecond.toFixed(1)} a second)`]: await look() };
}
