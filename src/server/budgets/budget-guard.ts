import type { Clock } from '../platform/clock';
import type { Database } from '../platform/db/client';
import type { Logger } from '../platform/logger';
import { announceBudgets } from './announce-budgets';
import { readBudgets, type BudgetState } from './read-budgets';
import { stoppedBudget, type Spender } from './stopped-budget';

export interface BudgetGuardOptions {
  db: Database;
  clock: Clock;
  logger: Pick<Logger, 'warn'>;
  /** False for live audio, which never waits for the database: the last known answer counts, and it looks again behind. */
  waits?: boolean;
  cacheMs?: number;
}

interface Known { states: BudgetState[]; at: number; stale: boolean }

const CACHE_MS = 2_000;

/**
 * May a turn begin? For each workspace:
 *
 *   unknown ──ask──▶ reading ──▶ known ──2 s, or something was spent──▶ stale ──ask──▶ reading …
 *                       └── database away: what was known before stands; unknown lets the turn begin
 *
 * One reading at a time; who asks meanwhile waits for the same, and for one more if something was spent since that began.
 * What is spent between two looks, and by turns that run
 * already, may pass the limit: a budget stops what is new.
 */
export class BudgetGuard {
  readonly #known = new Map<string, Known>();
  readonly #reading = new Map<string, Promise<void>>();
  /** Something was spent while a reading ran, which may have missed it. */
  readonly #missed = new Set<string>();

  constructor(private readonly options: BudgetGuardOptions) {}

  /** @throws AppError quota_exceeded, naming the budget */
  async assertMaySpend(spender: Spender): Promise<void> {
    const { workspaceId } = spender;
    if (this.#isStale(workspaceId)) {
      const reading = this.#read(workspaceId);
      if (this.options.waits !== false) {
        await reading;
        if (this.#known.get(workspaceId)?.stale) await this.#read(workspaceId);
      }
    }
    const refusal = stoppedBudget(this.#known.get(workspaceId)?.states ?? [], spender, this.options.clock.now());
    if (refusal) throw refusal;
  }

  /** Looks, so that who asks soon need not wait. */
  prefetch(workspaceId: string): void {
    if (this.#isStale(workspaceId)) void this.#read(workspaceId);
  }

  /** A turn of this workspace has been paid for. Without budgets that changes nothing. */
  spent(workspaceId: string): void {
    if (this.#reading.has(workspaceId)) this.#missed.add(workspaceId);
    const known = this.#known.get(workspaceId);
    if (known && known.states.length > 0) known.stale = true;
  }

  #isStale(workspaceId: string): boolean {
    const known = this.#known.get(workspaceId);
    return known === undefined || known.stale || this.options.clock.monotonic() - known.at >= (this.options.cacheMs ?? CACHE_MS);
  }

  #read(workspaceId: string): Promise<void> {
    const running = this.#reading.get(workspaceId);
    if (running) return running;
    const reading = this.#load(workspaceId)
      .catch((err: unknown) => this.options.logger.warn({ err, workspaceId }, 'budgets could not be read; what was known of them stands'))
      .finally(() => this.#reading.delete(workspaceId));
    this.#reading.set(workspaceId, reading);
    return reading;
  }

  async #load(workspaceId: string): Promise<void> {
    const { db, clock, logger } = this.options;
    const at = clock.monotonic();
    this.#missed.delete(workspaceId);
    const states = await readBudgets(db, { workspaceId });
    this.#known.set(workspaceId, { states, at, stale: states.length > 0 && this.#missed.has(workspaceId) });
    await announceBudgets(db, states, logger);
  }
}
