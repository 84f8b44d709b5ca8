export interface FloodLimits {
  /** Requests from one address within any `windowMs` beyond which it is ignored for `banMs`. */
  maxRequests: number;
  windowMs: number;
  banMs: number;
  /** Addresses remembered; the one seen longest ago is forgotten first. */
  maxAddresses: number;
}

export const DEFAULT_FLOOD_LIMITS: FloodLimits = { maxRequests: 100, windowMs: 2_000, banMs: 300_000, maxAddresses: 20_000 };

/** A trunk's own proxy carries many calls, and its address can be forged to have it banned: it gets so many times more. */
const TRUSTED_FACTOR = 20;

interface Seen {
  /** When the requests of the last window came, oldest first; at most as many as are let in. */
  times: number[];
  bannedUntil: number;
}

/** Who sends more than any telephone is not answered any longer: no answer costs nothing and tells nothing. */
export class FloodGuard {
  readonly #seen = new Map<string, Seen>();
  readonly #limits: FloodLimits;

  constructor(private readonly options: { limits?: Partial<FloodLimits>; monotonic(): number }) {
    this.#limits = { ...DEFAULT_FLOOD_LIMITS, ...options.limits };
  }

  get banned(): number {
    const now = this.options.monotonic();
    return [...this.#seen.values()].filter(({ bannedUntil }) => bannedUntil > now).length;
  }

  /** False when this request is to be ignored. `trusted` is asked only of those who are not ignored already. */
  admits(address: string, trusted: () => boolean): boolean {
    const { windowMs, banMs, maxRequests, maxAddresses } = this.#limits;
    const now = this.options.monotonic();
    const seen = this.#seen.get(address) ?? { times: [], bannedUntil: -Infinity };
    this.#seen.delete(address); // and back at the end: the map is in order of the last request
    this.#seen.set(address, seen);
    if (this.#seen.size > maxAddresses) this.#seen.delete(this.#seen.keys().next().value!);
    if (seen.bannedUntil > now) return false;
    const { times } = seen;
    const fresh = times.findIndex((time) => time > now - windowMs);
    if (fresh !== 0) times.splice(0, fresh < 0 ? times.length : fresh);
    times.push(now);
    if (times.length <= maxRequests || (times.length <= maxRequests * TRUSTED_FACTOR && trusted())) return true;
    Object.assign(seen, { times: [], bannedUntil: now + banMs });
    return false;
  }
}
