import type { UsageSummary } from '@/server/usage/contract';
import { formatAmount } from '../_lib/amounts';
import { bucketWords } from '../_lib/bucket-words';
import { formatUsd } from '../_lib/money';

const HEADERS = ['Cost', 'No price', 'Requests', 'Tokens'];

/** The chart in numbers, newest first; times in which nothing happened are left out. */
export function BucketsTable({ summary }: { summary: UsageSummary }) {
  const rows = summary.buckets.filter(({ records }) => records > 0).toReversed();
  if (rows.length === 0) return <p className="py-16 text-center text-[0.8125rem] text-ink-3">Nothing was used in this time.</p>;
  return (
    <div tabIndex={0} role="region" aria-label="Usage over time as a table" className="-mx-4 max-h-72 overflow-auto border-t border-line -outline-offset-2 sm:-mx-5">
      <table className="w-full text-[0.8125rem]">
        <thead className="sticky top-0 bg-sunken text-xs text-ink-3">
          <tr><th scope="col" className="px-4 py-2 text-left font-medium sm:px-5">When</th>{HEADERS.map((header) => <th key={header} scope="col" className="px-3 py-2 text-right font-medium last:pr-5">{header}</th>)}</tr>
        </thead>
        <tbody className="tabular divide-y divide-line">
          {rows.map((bucket) => (
            <tr key={bucket.at}>
              <th scope="row" className="px-4 py-2 text-left font-normal whitespace-nowrap sm:px-5">{bucketWords(summary, new Date(bucket.at))}</th>
              {[formatUsd(bucket.cost_usd), bucket.unpriced_records > 0 ? formatAmount(bucket.unpriced_records) : '–', formatAmount(bucket.requests), formatAmount(bucket.input_tokens + bucket.output_tokens)].map((value, index) => <td key={HEADERS[index]} className="px-3 py-2 text-right whitespace-nowrap last:pr-5">{value}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
