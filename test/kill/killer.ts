import { pause } from '@test/support/telephone/until';
import { VICTIMS, type Installation, type Victim } from './installation';
import { MOMENTS, type Moment, type Moments } from './moments';

export interface Kill { victim: Victim; moment: Moment; at: Date }

export interface KillerOptions {
  installation: Installation;
  moments: Moments;
  random(): number;
  /** How often each is killed. */
  quotas: Record<Victim, number>;
  onKill?(kills: number): void;
  /** How long each is left alone once it serves again. */
  restMs: Record<Victim, [number, number]>;
}

/** Kills each kind of process over and over, every time at another moment of a call, all kinds at the same time. */
export async function killAll(options: KillerOptions, signal: AbortSignal): Promise<Kill[]> {
  const kills: Kill[] = [];
  await Promise.all(VICTIMS.map(async (victim) => {
    const { installation, moments, random, quotas, restMs } = options;
    const victimProcess = installation.processes[victim];
    const deck: Moment[] = [];
    for (let count = 0; count < quotas[victim] && !signal.aborted; ) {
      const [least, most] = restMs[victim];
      await victimProcess.ready();
      await pause(least + random() * (most - least));
      if (deck.length === 0) deck.push(...shuffled(MOMENTS, random));
      const moment = deck.at(-1)!;
      await moments.strike(moment, random);
      if (!victimProcess.kill()) continue; // it ended by itself meanwhile
      deck.pop();
      kills.push({ victim, moment, at: new Date() });
      count += 1;
      options.onKill?.(kills.length);
    }
  }));
  return kills;
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items];
  return items.map(() => left.splice(Math.floor(random() * left.length), 1)[0]!);
}
