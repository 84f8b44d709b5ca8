export interface FloodLimits {
  /** Requests from one address within `windowMs` beyond which it is ignored for `banMs`. */
  maxRequests: number;
  windowMs: number;
  banMs: number;
  /** Addresses remembered; the one seen longest ago is forgotten first. */
  maxAddresses: number;
}

export const DEFAULT_FLOOD_LIMITS: FloodLimits = { maxRequests: 100, windowMs: 2_000, banMs: 300_000, maxAddresses: 20_000 };

/** A trunk's own proxy carries many calls, and its address can be forged to have it banned: it gets so many times more. */
const TRUSTED_FACTOR = 20;

interface Seen { since: number; requests: number; bannedUntil: number }

/** Who sends more than any telephone is not answered any longer: no answer costs nothing and tells nothing. */
export class FloodGuard {
  readonly #seen = new Map<string, Seen>();

  constructor(private readonly options: { limits?: Partial<FloodLimits>; monotonic(): number }) {}

  get banned(): number {
    const now = this.options.monotonic();
    return [...this.#seen.values()].filter(({ bannedUntil }) => bannedUntil > now).length;
  }

  /** False when this request is to be ignored. */
  admits(address: string, trusted: boolean): boolean {
    const limits = { ...DEFAULT_FLOOD_LIMITS, ...this.options.limits };
    const now = this.options.monotonic();
    const seen = this.#seen.get(address) ?? { since: now, requests: 0, bannedUntil: -Infinity };
    this.#seen.delete(address); // and back at the end: the map is in order of the last request
    this.#seen.set(address, seen);
    if (this.#seen.size > limits.maxAddresses) this.#seen.delete(this.#seen.keys().next().value!);
    if (seen.bannedUntil > now) return false;
    if (now - seen.since >= limits.windowMs) { seen.since = now; seen.requests = 0; }
    seen.requests += 1;
    if (seen.requests <= limits.maxRequests * (trusted ? TRUSTED_FACTOR : 1)) return true;
    seen.bannedUntil = now + limits.banMs;
    seen.requests = 0;
    return false;
  }
}
