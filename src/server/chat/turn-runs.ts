import type { Principal } from '../auth/principal';
import type { Clock } from '../platform/clock';
import { AppError } from '../platform/errors';
import { within } from '../platform/within';
import { restarting } from './restarting';
import type { TurnRun } from './turn-run';

export interface TurnRunsLimits {
  /** At once, in this process. */
  running: number;
  /** How long an ended turn is kept for who lost the connection at its end. */
  keptMs: number;
  /** Ended turns that are kept at most, and how much of them. */
  kept: number;
  keptCharacters: number;
}

export const DEFAULT_RUNS_LIMITS: TurnRunsLimits = { running: 2_000, keptMs: 60_000, kept: 1_000, keptCharacters: 16_000_000 };

/**
 * The turns of this process, by who began them and their id. What ended a while ago goes whenever something new comes,
 * so that there is no timer to own: what is left behind in a quiet time is bounded.
 *
 *   open ──close()──▶ draining (nothing begins) ──grace, or all ended──▶ cut ──all stored──▶ closed
 */
export class TurnRuns {
  readonly #runs = new Map<string, TurnRun>();
  readonly #running = new Set<TurnRun>();
  /** Of those that have ended. */
  #characters = 0;
  #closed = false;

  constructor(private readonly clock: Clock, private readonly limits: TurnRunsLimits) {}

  /** @throws AppError when nothing may begin now */
  assertOpen(): void {
    if (this.#closed) throw restarting();
    if (this.#running.size >= this.limits.running) throw new AppError('rate_limited', 'The server answers as many messages as it can; try again shortly', { retryAfterSeconds: 5 });
  }

  /** Not one that was cut off: what is left of it is in the database. */
  find(principal: Principal, turnId: string): TurnRun | null {
    const run = this.get(principal, turnId);
    return run && !run.interrupted && !run.isAborting ? run : null;
  }

  /** Whatever became of it. */
  get(principal: Principal, turnId: string): TurnRun | null {
    this.#forgetOld();
    return this.#runs.get(keyOf(principal, turnId)) ?? null;
  }

  /** Those of a conversation that have not ended. */
  runningIn(principal: Principal, conversationId: string): TurnRun[] {
    return [...this.#running].filter((run) => run.conversationId === conversationId && this.#runs.get(keyOf(principal, run.turnId)) === run);
  }

  add(principal: Principal, run: TurnRun): void {
    this.#forgetOld();
    const key = keyOf(principal, run.turnId);
    this.#forget(key); // sent again after it failed
    this.#runs.set(key, run);
    this.#running.add(run);
    void run.done.then(() => {
      this.#running.delete(run);
      // To the end of the line: the map is in the order in which turns ended, behind those that still run.
      if (this.#runs.get(key) !== run) return;
      this.#runs.delete(key);
      this.#runs.set(key, run);
      this.#characters += run.characters;
      this.#forgetOld();
    });
  }

  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    const all = Promise.all([...this.#running].map(({ done }) => done));
    if (graceMs > 0) await within(all, graceMs, 'Turns are still running').catch(() => {});
    for (const run of this.#running) run.abort(restarting());
    await all;
  }

  #forgetOld(): void {
    const { keptMs, kept, keptCharacters } = this.limits;
    const now = this.clock.monotonic();
    let spare = this.#runs.size - this.#running.size - kept;
    for (const [key, { endedAt }] of this.#runs) {
      if (endedAt === undefined) continue;
      if (spare <= 0 && this.#characters <= keptCharacters && endedAt + keptMs > now) return;
      this.#forget(key);
      spare--;
    }
  }

  #forget(key: string): void {
    const run = this.#runs.get(key);
    if (run && run.endedAt !== undefined && !this.#running.has(run)) this.#characters -= run.characters;
    this.#runs.delete(key);
  }
}

const keyOf = ({ workspaceId, kind, id }: Principal, turnId: string) => `${workspaceId} ${kind} ${id} ${turnId}`;
