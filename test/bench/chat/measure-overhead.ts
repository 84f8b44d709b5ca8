import { askStream, type Target, type Timing } from './ask';
import type { Bench } from './start';
import { MODELS, streamMs } from './settings';

export interface Overhead { streams: number; direct: Timing[]; parley: Timing[]; failed: string[] }

/** `streams` at once for some seconds: as many clients, each asking again when it has its answer, out of step with the others. */
async function phase(target: Target, { streams, seconds, failed }: { streams: number; seconds: number; failed: string[] }): Promise<Timing[]> {
  const until = performance.now() + seconds * 1_000;
  const timings: Timing[] = [];
  await Promise.all(Array.from({ length: streams }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, (index / streams) * streamMs(MODELS.bench)));
    do await askStream(target).then((timing) => timings.push(timing), (error: unknown) => failed.push(String(error))); while (performance.now() < until);
  }));
  return timings;
}

/** The provider itself and the same through Parley, in alternation, so that whatever else the machine does falls on both. */
export async function measureOverhead({ direct, parley }: Bench, { streams, seconds, rounds }: { streams: number; seconds: number; rounds: number }): Promise<Overhead> {
  const overhead: Overhead = { streams, direct: [], parley: [], failed: [] };
  const options = { streams, seconds, failed: overhead.failed };
  for (let round = 0; round < rounds; round++) {
    overhead.direct.push(...await phase(direct, options));
    overhead.parley.push(...await phase(parley, options));
  }
  return overhead;
}
