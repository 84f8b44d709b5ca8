import type { TakenCall } from '@/server/calls';
import type { Logger } from '@/server/platform/logger';
import { inTime } from '@/server/platform/within';

export interface DialerOptions {
  /** Trunks that calls can go out over now. */
  trunks(): string[];
  /** Nothing is taken, and so nothing dialled, without it. */
  leaseHeld(): boolean;
  take(trunkIds: readonly string[]): Promise<TakenCall | null>;
  place(call: TakenCall): void;
  /** Taken too long ago to be dialled: others may have settled it by now. */
  stale(call: TakenCall): void;
  logger: Logger;
}

/** For when a NOTIFY was lost, or a limit by the second has passed. */
const POLL_MS = 1_000;
/** Far below the time after which the records take a call for lost that its node does not know. */
const STALE_AFTER_MS = 10_000;

/*
 *              woken, 1 s                taken: placed, and once more
 *   waiting ──────────────▶ looking ───────────────────────────────▶ looking
 *      ▲                       │ nothing, no trunk, no lease, database away
 *      └───────────────────────┘            any ── stop ──▶ stopped
 * Takes queued calls, one after the other, as limits allow.
 */
export class Dialer {
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #again = false;
  #stopped = false;

  constructor(private readonly options: DialerOptions) {}

  start(): void { this.#timer = setInterval(() => this.wake(), POLL_MS); }

  wake(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#looking ??= this.#look().finally(() => { this.#looking = undefined; });
  }

  /** Takes no more. Resolves when what was being taken is told. */
  async stop(limitMs: number): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    if (this.#looking) await inTime(this.#looking, limitMs);
  }

  async #look(): Promise<void> {
    const { logger } = this.options;
    while (this.#again && !this.#stopped) {
      this.#again = false;
      await this.#takeOne().catch((error: unknown) => logger.debug({ err: error }, 'the queue of calls cannot be read'));
    }
  }

  async #takeOne(): Promise<void> {
    const { trunks, leaseHeld, take, place, stale } = this.options;
    const ids = trunks();
    if (ids.length === 0 || !leaseHeld()) return;
    const startedAt = performance.now();
    const call = await take(ids);
    if (!call) return;
    this.#again = true;
    if (performance.now() - startedAt > STALE_AFTER_MS) stale(call);
    else place(call);
  }
}
