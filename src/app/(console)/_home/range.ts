export const RANGES = ['1h', '24h', '7d', '30d'] as const;
export type RangeName = (typeof RANGES)[number];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

interface Range {
  label: string;
  words: string;
  lengthMs: number;
  bucketMs: number;
  /** Shorter ranges are watched, longer ones are read. */
  refetchMs: number;
}

export const RANGE: Record<RangeName, Range> = {
  '1h': { label: '1 h', words: 'the last hour', lengthMs: HOUR_MS, bucketMs: MINUTE_MS, refetchMs: 10_000 },
  '24h': { label: '24 h', words: 'the last 24 hours', lengthMs: DAY_MS, bucketMs: 30 * MINUTE_MS, refetchMs: 30_000 },
  '7d': { label: '7 d', words: 'the last 7 days', lengthMs: 7 * DAY_MS, bucketMs: 3 * HOUR_MS, refetchMs: 60_000 },
  '30d': { label: '30 d', words: 'the last 30 days', lengthMs: 30 * DAY_MS, bucketMs: DAY_MS, refetchMs: 120_000 },
};

/**
 * The beginning, at a whole bucket of the clock on the wall: it changes once a bucket, so the question that is asked
 * again meanwhile is the same question. Long buckets begin at this person's midnight.
 */
export function rangeStart(name: RangeName, now: Date): Date {
  const { lengthMs, bucketMs } = RANGE[name];
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const current = midnight + Math.floor((now.getTime() - midnight) / bucketMs) * bucketMs;
  return new Date(current + bucketMs - lengthMs);
}

const clock = (at: Date) => at.toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', hour12: false });
const day = (at: Date) => at.toLocaleDateString('en', { day: 'numeric', month: 'short' });

export const tickOf = (name: RangeName, at: Date): string => (name === '1h' || name === '24h' ? clock(at) : day(at));

/** The time that a bucket covers. */
export function spanOf(name: RangeName, at: Date): string {
  const { bucketMs } = RANGE[name];
  if (bucketMs >= DAY_MS) return at.toLocaleDateString('en', { weekday: 'short', day: 'numeric', month: 'short' });
  const until = new Date(at.getTime() + bucketMs);
  return bucketMs === MINUTE_MS ? clock(at) : `${day(at)}, ${clock(at)}–${clock(until)}`;
}
