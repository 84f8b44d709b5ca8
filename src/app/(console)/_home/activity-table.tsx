import type { Stats } from '@/server/stats/contract';
import { formatMs } from '../../_lib/format';

const HEADERS = ['Sessions', 'Turns', 'Failed', 'p50', 'p95'];

/** The charts in numbers, newest first; times in which nothing happened are left out. */
export function ActivityTable({ stats, span }: { stats: Stats; span: (at: Date) => string }) {
  const rows = stats.buckets.filter((bucket) => bucket.turns > 0 || bucket.sessions > 0).toReversed();
  const orDash = (ms: number | null) => (ms === null ? '–' : formatMs(ms));
  if (rows.length === 0) return <p className="border-t border-line px-5 py-16 text-center text-[0.8125rem] text-ink-3">No turns in this time.</p>;
  return (
    <div tabIndex={0} role="region" aria-label="Activity as a table" className="max-h-72 overflow-auto border-t border-line -outline-offset-2">
      <table className="w-full text-[0.8125rem]">
        <thead className="sticky top-0 bg-sunken text-xs text-ink-3">
          <tr><th scope="col" className="px-4 py-2 text-left font-medium sm:px-5">When</th>{HEADERS.map((header) => <th key={header} scope="col" className="px-3 py-2 text-right font-medium last:pr-5">{header}</th>)}</tr>
        </thead>
        <tbody className="tabular divide-y divide-line">
          {rows.map((bucket) => (
            <tr key={bucket.at}>
              <th scope="row" className="px-4 py-2 text-left font-normal whitespace-nowrap sm:px-5">{span(new Date(bucket.at))}</th>
              {[bucket.sessions, bucket.turns, bucket.failed_turns, orDash(bucket.p50_ms), orDash(bucket.p95_ms)].map((value, index) => <td key={HEADERS[index]} className="px-3 py-2 text-right whitespace-nowrap last:pr-5">{value}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
