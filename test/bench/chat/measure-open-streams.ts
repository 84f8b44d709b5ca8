import { MachineWatch, processTree, type MachineUse } from '../voice/machine';
import { askStream, type Timing } from './ask';
import type { Bench } from './start';

const RAMP_MS = 10_000; // a hundred clients a second; all are open well before the first one's answer ends

export interface OpenStreams { streams: number; completed: Timing[]; failed: string[]; peak: number; before: number; machine: MachineUse; seconds: number }

export async function measureOpenStreams({ parley, pid, stats }: Bench, streams: number): Promise<OpenStreams> {
  const body = JSON.stringify({ message: 'How are you?', agent_slug: 'long' });
  const before = processTree(pid).get(pid)?.rssMegabytes ?? 0;
  const watch = new MachineWatch(pid);
  const began = performance.now();
  const completed: Timing[] = [];
  const failed: string[] = [];
  await Promise.all(Array.from({ length: streams }, async (_, index) => {
    await new Promise((resolve) => setTimeout(resolve, (index / streams) * RAMP_MS));
    await askStream({ ...parley, body }).then((timing) => completed.push(timing), (error: unknown) => failed.push(String(error)));
  }));
  return { streams, completed, failed, peak: (await stats()).peak, before, machine: watch.stop(), seconds: (performance.now() - began) / 1_000 };
}
