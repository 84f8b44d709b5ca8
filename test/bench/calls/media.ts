import type { SipCall } from '@/realtime/transport/sip/sip-call';
import { Telephone } from '@test/support/telephone/telephone';
import { tone } from '@test/support/telephone/tones';
import { pause, until } from '@test/support/telephone/until';
import { startFarEnd } from './far-end';

const DELTA_MS = 40;
const WARM_UP_MS = 2_000;
const RING_LIMIT_MS = 30_000;

const percentile = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** So many calls at once, each a tone out and its echo back, through our whole SIP and media. CPU and memory are of our process alone. */
export async function measureMedia(calls: number, seconds: number): Promise<Record<string, number | string>> {
  await using farEnd = await startFarEnd();
  await using phone = await Telephone.start();
  const account = await phone.account({ domain: `127.0.0.1:${farEnd.port}` });
  const rssBefore = process.memoryUsage().rss;
  let frames = 0;
  const setUpMs: number[] = [];
  const startedAllAt = performance.now();
  const live: SipCall[] = [];
  for (let index = 0; index < calls; index++) {
    const call = account.call({ to: `1${String(index).padStart(4, '0')}` });
    const startedAt = performance.now();
    call.listen({ onAnswered: () => { setUpMs.push(performance.now() - startedAt); }, onAudio: () => { frames += 1; } });
    void call.invite({ ringTimeoutMs: RING_LIMIT_MS });
    live.push(call);
  }
  await until('all are answered', () => setUpMs.length === calls, RING_LIMIT_MS);
  const allUpMs = performance.now() - startedAllAt;

  const delta = tone(440, DELTA_MS);
  const talking = live.map((call, index) => {
    let timer: NodeJS.Timeout;
    const start = setTimeout(() => { timer = setInterval(() => call.sendAudio(delta), DELTA_MS); }, (index * DELTA_MS) / calls);
    return () => { clearTimeout(start); clearInterval(timer); };
  });
  await pause(WARM_UP_MS);
  const [cpu, startedAt, framesBefore] = [process.cpuUsage(), performance.now(), frames];
  await pause(seconds * 1_000);
  const used = process.cpuUsage(cpu);
  const elapsedMs = performance.now() - startedAt;
  const framesHeard = frames - framesBefore;
  const rss = process.memoryUsage().rss;
  for (const stop of talking) stop();
  const { pacing, droppedBatches, droppedAudio } = await phone.media.load();
  const statistics = await Promise.all(live.map((call) => call.statistics()));
  const sum = (of: (each: NonNullable<(typeof statistics)[number]>) => number) => statistics.reduce((total, each) => total + (each ? of(each) : 0), 0);
  for (const call of live) call.hangUp();
  await until('all are over', () => account.calls === 0);
  const sorted = setUpMs.toSorted((a, b) => a - b);
  return {
    calls, 'set-up p50 ms': percentile(sorted, 0.5).toFixed(0), 'set-up p95 ms': percentile(sorted, 0.95).toFixed(0), 'calls/s': (calls / (allUpMs / 1_000)).toFixed(0),
    'CPU of a core': `${(((used.user + used.system) / 1_000 / elapsedMs) * 100).toFixed(1)} %`, 'KB a call': ((rss - rssBefore) / 1_024 / calls).toFixed(0),
    'pacing p50 ms': pacing.p50.toFixed(2), 'pacing p99 ms': pacing.p99.toFixed(2), 'pacing max ms': pacing.max.toFixed(1), 'frames/s a call': (framesHeard / calls / (elapsedMs / 1_000)).toFixed(1),
    lost: sum(({ lost }) => lost), late: sum(({ late }) => late), concealed: sum(({ concealed }) => concealed), dropped: droppedBatches + droppedAudio,
  };
}
