import type { ChartPoint, ChartSeries } from '../../../_ui/chart';

/** One thing's share of one bucket. */
export interface Share {
  at: string;
  key: string;
  value: number;
}

/** Colours that are told apart beside each other. */
const COLOURS = ['var(--series-1)', 'var(--series-2)', 'var(--series-3)', 'var(--series-4)', 'var(--series-5)', 'var(--series-6)'];

/** Not the data's own names: one of them might be `at`. */
export type StackKey = `s${number}` | 'rest';

export interface Stack {
  series: ChartSeries<StackKey>[];
  points: ChartPoint<StackKey>[];
}

/** The largest few stand for themselves, the others together: more colours than that cannot be told apart. */
export function stackOf(buckets: readonly string[], shares: readonly Share[], labelOf: (key: string) => string, most = COLOURS.length): Stack {
  const totals = new Map<string, number>();
  for (const { key, value } of shares) totals.set(key, (totals.get(key) ?? 0) + value);
  const ranked = [...totals].filter(([, total]) => total > 0).sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1)).map(([key]) => key);
  const shown = ranked.slice(0, most);
  const rest = ranked.length - shown.length;
  const nameOf = new Map(ranked.map((key, index): [string, StackKey] => [key, index < most ? `s${index}` : 'rest']));
  const series = shown.map((key, index): ChartSeries<StackKey> => ({ key: `s${index}`, label: labelOf(key), color: COLOURS[index % COLOURS.length]!, kind: 'bar' }));
  if (rest > 0) series.push({ key: 'rest', label: `${rest} more`, color: 'var(--series-rest)', kind: 'bar' });
  const heights = new Map(buckets.map((at) => [new Date(at).getTime(), new Map<StackKey, number>(series.map(({ key }) => [key, 0]))]));
  for (const { at, key, value } of shares) {
    const name = nameOf.get(key);
    const bucket = heights.get(new Date(at).getTime());
    if (name && bucket) bucket.set(name, (bucket.get(name) ?? 0) + value);
  }
  return { series, points: buckets.map((at) => ({ at, ...Object.fromEntries(heights.get(new Date(at).getTime()) ?? []) }) as ChartPoint<StackKey>) };
}
