import { CircleHelp, SearchX } from 'lucide-react';
import type { UsageGroup, UsageSummary } from '@/server/usage/contract';
import { plural } from '../../../_lib/format';
import { Badge } from '../../../_ui/badge';
import { DataTable, type Column, type ListQuery } from '../../../_ui/data-table';
import { EmptyState } from '../../../_ui/states';
import { formatAmount, percentWords } from '../_lib/amounts';
import { DIMENSIONS, groupLabel, type Dimension } from '../_lib/dimensions';
import { usedWords } from '../_lib/leg-words';
import { formatUsd } from '../_lib/money';

/** What it cost; what nobody knows the price of is never shown as nothing. */
function Cost({ group: { cost_usd: cost, records, unpriced_records: unpriced } }: { group: UsageGroup }) {
  if (unpriced === records && unpriced > 0) return <Badge tone="warn"><CircleHelp aria-hidden />No price</Badge>;
  return (
    <>
      <span className="tabular font-medium">{formatUsd(cost)}</span>
      {unpriced > 0 && <span className="block text-xs whitespace-nowrap text-warn">and {formatAmount(unpriced)} without a price</span>}
    </>
  );
}

const columnsFor = (by: Dimension, total: number): Column<UsageGroup>[] => [
  { key: 'name', header: DIMENSIONS[by].label, cell: (group) => <span className={group.key === null ? 'text-ink-2' : 'font-medium break-words'}>{groupLabel(by, group)}</span> },
  { key: 'requests', header: 'Requests', className: '@2xl:w-28', align: 'end', cell: (group) => <span className="tabular">{formatAmount(group.requests)}{group.failed_requests > 0 && <span className="block text-xs text-danger">{group.failed_requests} failed</span>}</span> },
  { key: 'used', header: 'Used', className: '@2xl:w-80', wideOnly: true, cell: (group) => <span className="text-ink-2">{usedWords(group).join(' · ') || '–'}</span> },
  {
    key: 'share', header: 'Share of cost', className: '@2xl:w-36', cell: (group) => {
      const share = total > 0 ? (group.cost_usd / total) * 100 : 0;
      return (
        <span className="flex items-center gap-2 @max-2xl:justify-end">
          <span aria-hidden className="h-1.5 w-16 overflow-hidden rounded-full bg-hover"><span className="block h-full rounded-full bg-accent" style={{ width: `${share}%` }} /></span>
          <span className="tabular text-xs text-ink-2">{percentWords(share / 100)}</span>
        </span>
      );
    },
  },
  { key: 'cost', header: 'Cost', className: '@2xl:w-40 @2xl:pr-5', align: 'end', cell: (group) => <Cost group={group} /> },
];

interface GroupsTableProps {
  summary: UsageSummary | undefined;
  query: ListQuery;
  by: Dimension;
  hrefOf: (key: string) => string;
}

/** Who or what it was, dearest first; each leads to its own figures. */
export function GroupsTable({ summary, query, by, hrefOf }: GroupsTableProps) {
  return (
    <>
      <DataTable
        label={`Usage by ${DIMENSIONS[by].label.toLowerCase()}`}
        columns={columnsFor(by, summary?.totals.cost_usd ?? 0)}
        rows={summary?.groups}
        query={query}
        rowKey={(group) => group.key ?? ''}
        rowHref={(group) => (group.key === null ? undefined : hrefOf(group.key))}
        empty={<EmptyState icon={SearchX} title="Nothing was used in this time">Every reply, every word that is heard or spoken and every minute on the telephone is written down here, with what it cost.</EmptyState>}
      />
      {summary && summary.more_groups > 0 && <p className="mt-2 text-[0.8125rem] text-ink-3">And {plural(summary.more_groups, 'other')}, which are in the sums.</p>}
    </>
  );
}
