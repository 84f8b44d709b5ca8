/** 20 ms in four steps: calls begin in different ones, so that two hundred of them are not all due at once. */
const STEP_MS = 5;
const PHASES = 4;
/** After a longer stall (a suspended machine) the past is let go instead of being caught up in one burst. */
const MAX_CATCH_UP_MS = 500;
const REMEMBERED = 4_096;

type Tick = (nowMs: number) => void;

/** How late ticks were, in milliseconds. */
export interface PacingReport { ticks: number; p50: number; p99: number; max: number; skipped: number }

/**
 * One clock for all calls of a worker. Deadlines are multiples of 5 ms since its start, never "20 ms from now":
 * a late timer is caught up and does not accumulate. It runs only while somebody has joined.
 */
export class MediaClock {
  readonly #phases: Set<Tick>[] = Array.from({ length: PHASES }, () => new Set());
  #timer: NodeJS.Timeout | undefined;
  #originMs = 0;
  #step = 0;
  #late = new Float32Array(REMEMBERED);
  #ticks = 0;
  #skipped = 0;
  #maxLate = 0;

  constructor(private readonly options: { afterTicks(): void; monotonic?: () => number }) {}

  /** Called every 20 ms from now on; the answer leaves. */
  join(tick: Tick): () => void {
    const phase = this.#phases.reduce((least, candidate) => (candidate.size < least.size ? candidate : least));
    phase.add(tick);
    if (!this.#timer) {
      this.#originMs = this.#now();
      this.#step = 1;
      this.#schedule();
    }
    return () => {
      phase.delete(tick);
      if (this.#phases.every((each) => each.size === 0)) this.#stop();
    };
  }

  pacing(): PacingReport {
    const sorted = this.#late.slice(0, Math.min(this.#ticks, REMEMBERED)).sort();
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
    return { ticks: this.#ticks, p50: at(0.5), p99: at(0.99), max: this.#maxLate, skipped: this.#skipped };
  }

  #run(): void {
    let now = this.#now();
    if (now - this.#due > MAX_CATCH_UP_MS) {
      const missed = Math.floor((now - this.#due) / STEP_MS);
      this.#step += missed;
      this.#skipped += missed;
    }
    while (this.#timer && this.#due <= now) {
      const phase = this.#phases[this.#step % PHASES]!;
      if (phase.size > 0) {
        const late = now - this.#due;
        this.#late[this.#ticks % REMEMBERED] = late;
        this.#ticks += 1;
        this.#maxLate = Math.max(this.#maxLate, late);
        for (const tick of phase) tick(now);
        this.options.afterTicks();
      }
      this.#step += 1;
      now = this.#now();
    }
    if (this.#timer) this.#schedule();
  }

  #schedule(): void { this.#timer = setTimeout(() => this.#run(), Math.max(0, this.#due - this.#now())); }
  #stop(): void { clearTimeout(this.#timer); this.#timer = undefined; }
  get #due(): number { return this.#originMs + this.#step * STEP_MS; }
  #now(): number { return (this.options.monotonic ?? (() => performance.now()))(); }
}
