'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { plural } from '../../_lib/format';
import { useTRPC } from '../../_lib/trpc';
import { useNow } from '../../_lib/use-now';
import { Badge, Dot } from '../../_ui/badge';
import { Button } from '../../_ui/button';
import { Card, CardHeader } from '../../_ui/card';
import { useMe } from '../_shell/use-me';
import { stateOf } from '../usage/_lib/budget-words';
import { formatUsd } from '../usage/_lib/money';
import { boundsOf, thisMonth, todayIn } from '../usage/_lib/period';
import { BudgetBar } from '../usage/_parts/budget-bar';

const EVERY_MS = 60_000;
const SHOWN_BUDGETS = 3;

/** What this month has cost so far, and how far its budgets are; nothing at all before anything was used. */
export function SpendingCard() {
  const trpc = useTRPC();
  const { workspace: { time_zone: timeZone } } = useMe();
  const now = useNow(EVERY_MS);
  const { from } = boundsOf(thisMonth(todayIn(timeZone, now)), timeZone, now);
  const month = useQuery(trpc.usage.summary.queryOptions({ from, group_by: 'leg', bucket: 'month' }, { refetchInterval: EVERY_MS }));
  const budgets = useQuery(trpc.budgets.list.queryOptions(undefined, { refetchInterval: EVERY_MS }));
  const totals = month.data?.totals;
  const list = (budgets.data?.budgets ?? []).toSorted((a, b) => b.spent_usd / b.limit_usd - a.spent_usd / a.limit_usd).slice(0, SHOWN_BUDGETS);
  if (!totals || (totals.records === 0 && list.length === 0)) return null;
  return (
    <Card aria-labelledby="spending-title">
      <CardHeader id="spending-title" title="Spent this month" action={<Button asChild variant="ghost" size="sm"><Link href="/usage">Usage</Link></Button>} />
      <div className="px-4 py-3.5 sm:px-5">
        <p className="tabular text-2xl leading-8 font-semibold tracking-[-0.022em]">{formatUsd(totals.cost_usd)}</p>
        {totals.unpriced_records > 0
          ? <p className="text-xs text-warn">and {plural(totals.unpriced_records, 'record')} without a known <Link href="/usage/prices" className="rounded underline underline-offset-2">price</Link></p>
          : <p className="text-xs text-ink-3">{plural(totals.requests, 'model request')}</p>}
      </div>
      {list.length > 0 && (
        <ul className="divide-y divide-line border-t border-line">
          {list.map((budget) => {
            const { label, tone } = stateOf(budget);
            return (
              <li key={budget.id} className="px-4 py-3 sm:px-5">
                <div className="mb-2 flex items-center justify-between gap-3">
                  <Link href="/usage/budgets" className="min-w-0 truncate rounded text-[0.8125rem] font-medium hover:underline">{budget.scope === 'workspace' ? 'Whole workspace' : budget.label}</Link>
                  {budget.state === 'ok' ? <span className="tabular text-xs text-ink-3">{formatUsd(budget.spent_usd)} of {formatUsd(budget.limit_usd)} a {budget.period}</span> : <Badge tone={tone}><Dot tone={tone} />{label}</Badge>}
                </div>
                <BudgetBar budget={budget} className="h-2" />
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
