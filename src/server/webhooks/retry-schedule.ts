const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Before the second try, the third, …: the example of the Standard Webhooks specification. Ten tries in about three days. */
export const RETRY_DELAYS_SECONDS = [5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR] as const;

/** So that what failed together does not come back together. */
const JITTER = 0.1;
const MOST_SECONDS = 24 * HOUR;

/**
 * How long after the try `attempt` (from 1) the next one waits; null when that was the last. A receiver may ask for more
 * time (Retry-After), not for less.
 */
export function secondsToNextTry(attempt: number, options: { retryAfterSeconds?: number | null; random?: () => number } = {}): number | null {
  const delay = RETRY_DELAYS_SECONDS[attempt - 1];
  if (delay === undefined) return null;
  const { retryAfterSeconds, random = Math.random } = options;
  return Math.max(delay, Math.min(retryAfterSeconds ?? 0, MOST_SECONDS)) * (1 + JITTER * random());
}
