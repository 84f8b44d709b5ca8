import { EventEmitter } from 'node:events';

/** Where in its life a call is when something is killed. `ending` and `webhook`: it is over, and its result is being written or told. */
export const MOMENTS = ['queued', 'dialing', 'ringing', 'answered', 'ending', 'webhook'] as const;
export type Moment = (typeof MOMENTS)[number];

/** How long after the moment was seen from outside the blow may fall: within the time a call stays in it. */
const SPREAD_MS: Record<Moment, number> = { queued: 150, dialing: 150, ringing: 250, answered: 600, ending: 30, webhook: 60 };

/** Tells when a call comes into a state, as the outside world sees it: faster than any look into the database. */
export class Moments extends EventEmitter<Record<Moment, []>> {
  readonly counts = Object.fromEntries(MOMENTS.map((moment) => [moment, 0])) as Record<Moment, number>;

  tell(moment: Moment): void {
    this.counts[moment] += 1;
    this.emit(moment);
  }

  /** Resolves a seeded while after the next such moment. */
  async strike(moment: Moment, random: () => number): Promise<void> {
    await new Promise<void>((resolve) => { this.once(moment, resolve); });
    const afterMs = random() * SPREAD_MS[moment];
    if (afterMs >= 1) await new Promise((resolve) => { setTimeout(resolve, afterMs); });
  }
}
