import { systemClock, type Clock } from '../platform/clock';
import { AppError } from '../platform/errors';

export interface RateLimit {
  max: number;
  windowSeconds: number;
}

interface Window { endsAt: number; count: number }

const MAX_WINDOWS = 20_000; // some 3 MB at worst, whoever is knocking

/** Counts in fixed windows, in memory: each web process counts for itself, and a restart forgives. */
export class RateLimiter {
  readonly #windows = new Map<string, Window>();

  constructor(private readonly clock: Clock = systemClock) {}

  /** Throws rate_limited once `key` has used its window up; does not count. */
  assertOpen(key: string, limit: RateLimit, message = 'Too many requests; try again later'): void {
    const window = this.#windows.get(key);
    const leftMs = window ? window.endsAt - this.clock.monotonic() : 0;
    if (window && leftMs > 0 && window.count >= limit.max) throw new AppError('rate_limited', message, { retryAfterSeconds: Math.ceil(leftMs / 1_000) });
  }

  count(key: string, limit: RateLimit): void {
    const now = this.clock.monotonic();
    const window = this.#windows.get(key);
    if (window && window.endsAt > now) {
      window.count++;
      return;
    }
    this.#windows.delete(key); // to the end: the map forgets the oldest window first
    this.#windows.set(key, { endsAt: now + limit.windowSeconds * 1_000, count: 1 });
    for (const oldest of this.#windows.keys()) {
      if (this.#windows.size <= MAX_WINDOWS) break;
      this.#windows.delete(oldest);
    }
  }

  take(key: string, limit: RateLimit): void {
    this.assertOpen(key, limit);
    this.count(key, limit);
  }
}
