import type { SessionClock } from '@/realtime/ports';

interface Timer { at: number; task: () => void }

/** Time that stands still until `advance`. Timers run in order, each at its own moment, and promises settle in between. */
export class ManualClock implements SessionClock {
  #now = 1_000;
  #timers = new Set<Timer>();

  now(): Date { return new Date(Date.UTC(2026, 0, 1) + this.#now); }
  monotonic(): number { return this.#now; }
  after(ms: number, task: () => void): () => void {
    const timer = { at: this.#now + ms, task };
    this.#timers.add(timer);
    return () => { this.#timers.delete(timer); };
  }

  get pending(): number { return this.#timers.size; }

  async advance(ms: number): Promise<void> {
    const until = this.#now + ms;
    await settle();
    for (;;) {
      const next = [...this.#timers].sort((a, b) => a.at - b.at)[0];
      if (!next || next.at > until) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.task();
      await settle();
    }
    this.#now = until;
    await settle();
  }
}

/** Lets every promise that can go on go on. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => { setImmediate(resolve); });
}
