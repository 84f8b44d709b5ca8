import { systemClock, type Clock } from '../platform/clock';
import { AppError } from '../platform/errors';

/*
 * One counter:   open ──limit-th failure──► locked ──lock runs out──► open (one more failure locks again, twice as long)
 *                  ▲                          │
 *                  └───────── success ────────┘   (clears the counter of this person at this address)
 *
 * Three counters watch each attempt: person at address (guessing one password), address (trying many people) and
 * person (guessing from many addresses). The last is generous, because whoever knows an address could lock its owner out.
 * Kept in memory, for each web process: a restart forgives.
 */
const LIMITS = { pair: 5, address: 30, person: 50 } as const;
const FIRST_LOCK_MS = 60_000;
const LONGEST_LOCK_MS = 15 * 60_000;
const FORGET_AFTER_MS = 60 * 60_000;
const MAX_COUNTERS = 20_000; // some 4 MB at worst, whoever is knocking

interface Counter { failures: number; locks: number; lockedUntil: number; lastAt: number }

export class SignInThrottle {
  readonly #counters = new Map<string, Counter>();
  readonly #underWay = new Map<string, number>();

  constructor(private readonly clock: Clock = systemClock) {}

  /**
   * Checks a password and counts what came of it. Guesses that are sent at once are all begun before the first of them has
   * failed, so those under way count as failures until they are known to be none.
   */
  async attempt(email: string, address: string, check: () => Promise<boolean>): Promise<boolean> {
    this.assertOpen(email, address);
    const keys = this.#keys(email, address);
    if (keys.some(({ key, limit }) => this.#failuresOf(key) + (this.#underWay.get(key) ?? 0) >= limit))
      throw new AppError('rate_limited', 'Too many sign-ins at once; try again in a moment', { retryAfterSeconds: 1 });
    for (const { key } of keys) this.#underWay.set(key, (this.#underWay.get(key) ?? 0) + 1);
    try {
      const right = await check();
      if (right) this.succeeded(email, address);
      else this.failed(email, address);
      return right;
    } finally {
      for (const { key } of keys) {
        const others = (this.#underWay.get(key) ?? 1) - 1;
        if (others > 0) this.#underWay.set(key, others);
        else this.#underWay.delete(key);
      }
    }
  }

  /** Throws rate_limited while locked. The answer is the same whether or not the person exists. */
  assertOpen(email: string, address: string): void {
    const now = this.clock.monotonic();
    const until = Math.max(...this.#keys(email, address).map(({ key }) => this.#counters.get(key)?.lockedUntil ?? 0));
    if (until > now)
      throw new AppError('rate_limited', 'Too many failed sign-ins; try again later', { retryAfterSeconds: Math.ceil((until - now) / 1_000) });
  }

  failed(email: string, address: string): void {
    const now = this.clock.monotonic();
    for (const { key, limit } of this.#keys(email, address)) {
      const counter = this.#remembered(key) ?? { failures: 0, locks: 0, lockedUntil: 0, lastAt: now };
      counter.failures++;
      counter.lastAt = now;
      if (counter.failures >= limit) {
        counter.lockedUntil = now + Math.min(LONGEST_LOCK_MS, FIRST_LOCK_MS * 2 ** counter.locks);
        counter.locks++;
        counter.failures = limit - 1;
      }
      this.#counters.delete(key); // to the end: the map forgets whoever was quiet longest
      this.#counters.set(key, counter);
    }
    for (const key of this.#counters.keys()) {
      if (this.#counters.size <= MAX_COUNTERS) break;
      this.#counters.delete(key);
    }
  }

  succeeded(email: string, address: string): void {
    this.#counters.delete(`pair ${email} ${address}`);
  }

  #remembered(key: string): Counter | undefined {
    const known = this.#counters.get(key);
    return known && this.clock.monotonic() - known.lastAt < FORGET_AFTER_MS ? known : undefined;
  }

  #failuresOf(key: string): number { return this.#remembered(key)?.failures ?? 0; }

  #keys(email: string, address: string) {
    return [
      { key: `pair ${email} ${address}`, limit: LIMITS.pair },
      { key: `address ${address}`, limit: LIMITS.address },
      { key: `person ${email}`, limit: LIMITS.person },
    ];
  }
}
