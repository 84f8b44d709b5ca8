const BUCKET = /^parley_vad_frame_lag_seconds_bucket\{.*?le="([^"]+)".*?\}\s+(\d+)/gm;

/** Cumulative counts of the lag histogram by upper bound. */
export function vadLagBuckets(metrics: string): Map<number, number> {
  const buckets = new Map<number, number>();
  for (const [, bound, count] of metrics.matchAll(BUCKET)) buckets.set(bound === '+Inf' ? Infinity : Number(bound), Number(count));
  return buckets;
}

/** Milliseconds under which 95 % of the frames between two readings were judged: the bucket's bound, so never too good. */
export function vadLagP95(before: Map<number, number>, after: Map<number, number>): number | null {
  const counts = [...after].map(([bound, count]) => ({ bound, count: count - (before.get(bound) ?? 0) })).sort((a, b) => a.bound - b.bound);
  const total = counts.at(-1)?.count ?? 0;
  return total === 0 ? null : 1000 * counts.find(({ count }) => count >= 0.95 * total)!.bound;
}
