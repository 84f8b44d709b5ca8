'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bot, Building2, KeyRound, Pencil, Plus, ShieldCheck, Trash2, type LucideIcon } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import type { Budget } from '@/server/budgets/contract';
import { plural } from '../../../_lib/format';
import { useTRPC } from '../../../_lib/trpc';
import { useStandingError } from '../../../_lib/use-standing-error';
import { Badge, Dot } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { Card } from '../../../_ui/card';
import { Confirm } from '../../../_ui/confirm';
import { MenuItem, MenuSeparator, RowMenu } from '../../../_ui/menu';
import { EmptyState, ErrorState, LoadingRows } from '../../../_ui/states';
import { useToasts } from '../../../_ui/toast';
import { When } from '../../../_ui/when';
import { useMay } from '../../_shell/use-me';
import { percentWords } from '../_lib/amounts';
import { consequenceWords, PERIODS, stateOf } from '../_lib/budget-words';
import { formatUsd } from '../_lib/money';
import { BudgetBar } from './budget-bar';
import { BudgetDialog } from './budget-dialog';
import { UsageFrame } from './usage-frame';

const EVERY_MS = 10_000;
const SCOPES: Record<Budget['scope'], { label: string; icon: LucideIcon }> = {
  workspace: { label: 'Whole workspace', icon: Building2 },
  agent: { label: 'Agent', icon: Bot },
  api_key: { label: 'API key', icon: KeyRound },
};

type Open = { dialog: 'create' } | { dialog: 'edit' | 'remove'; budget: Budget } | null;

export function BudgetsView() {
  const trpc = useTRPC();
  const toasts = useToasts();
  const queryClient = useQueryClient();
  const mayChange = useMay('admin');
  const [open, setOpen] = useState<Open>(null);
  const list = useQuery(trpc.budgets.list.queryOptions(undefined, { refetchInterval: EVERY_MS }));
  const problem = useStandingError(list);
  const remove = useMutation(trpc.budgets.remove.mutationOptions({
    onSuccess: async () => {
      toasts.done('The budget was removed.');
      setOpen(null);
      await queryClient.invalidateQueries({ queryKey: trpc.budgets.pathKey() });
    },
  }));
  const close = () => { setOpen(null); remove.reset(); };
  const budgets = list.data?.budgets;
  const create = mayChange && <Button variant="primary" onClick={() => setOpen({ dialog: 'create' })}><Plus aria-hidden />New budget</Button>;
  return (
    <UsageFrame words="What may be spent, and what happens then" actions={budgets && budgets.length > 0 && create}>
      <Card aria-label="Budgets">
        {!budgets && (problem ? <ErrorState title="The budgets cannot be read" message={problem.message} onRetry={() => void list.refetch()} /> : <LoadingRows rows={3} label="Loading budgets" />)}
        {budgets?.length === 0 && (
          <EmptyState icon={ShieldCheck} title="No budget yet" action={create}>
            {mayChange ? 'A budget warns before it is spent and can stop new turns when it is: for the whole workspace, one agent or one API key.' : 'Nothing limits what may be spent. An admin can add a budget.'}
          </EmptyState>
        )}
        {budgets && budgets.length > 0 && (
          <ul className="divide-y divide-line">
            {budgets.map((budget) => (
              <BudgetRow key={budget.id} budget={budget} onEdit={mayChange ? () => setOpen({ dialog: 'edit', budget }) : undefined} onRemove={() => setOpen({ dialog: 'remove', budget })} />
            ))}
          </ul>
        )}
      </Card>
      {open?.dialog === 'create' && <BudgetDialog onClose={close} />}
      {open?.dialog === 'edit' && <BudgetDialog budget={open.budget} onClose={close} />}
      <Confirm
        open={open?.dialog === 'remove'} onOpenChange={(next) => { if (!next) close(); }} title="Remove this budget?" action="Remove budget"
        busy={remove.isPending} problem={remove.error?.message} onConfirm={() => { if (open?.dialog === 'remove') remove.mutate({ budget_id: open.budget.id }); }}
      >
        <p>{open?.dialog === 'remove' && open.budget.state === 'stopped' ? 'What it stops goes on at once.' : 'Nothing is limited by it any more.'} What was spent stays in the figures.</p>
      </Confirm>
    </UsageFrame>
  );
}

function BudgetRow({ budget, onEdit, onRemove }: { budget: Budget; onEdit: (() => void) | undefined; onRemove: () => void }) {
  const { label, icon: Icon } = SCOPES[budget.scope];
  const state = stateOf(budget);
  const name = budget.scope === 'workspace' ? label : budget.label;
  const { period, limit_usd: limitUsd, warn_percent: warnPercent, stops } = budget;
  return (
    <li className="px-4 py-4 sm:px-5">
      <div className="flex items-start gap-3">
        <span className="grid size-9 shrink-0 place-items-center rounded-lg bg-sunken text-ink-2"><Icon aria-hidden className="size-[1.125rem]" /></span>
        <div className="min-w-0 flex-1">
          <h2 className="font-medium break-words">{name}</h2>
          <p className="text-xs text-ink-3">{budget.scope !== 'workspace' && `${label} · `}{formatUsd(limitUsd)} {PERIODS[period].every} · begins anew <When at={budget.period_end} /></p>
        </div>
        <Badge tone={state.tone}><Dot tone={state.tone} />{state.label}</Badge>
        {onEdit && (
          <span className="-mt-1 -mr-1.5">
            <RowMenu label={`Actions for the budget of ${name}`}>
              <MenuItem icon={Pencil} onSelect={onEdit}>Edit</MenuItem>
              <MenuSeparator />
              <MenuItem icon={Trash2} danger onSelect={onRemove}>Remove</MenuItem>
            </RowMenu>
          </span>
        )}
      </div>
      <div className="mt-3 sm:pl-12">
        <div className="tabular mb-2 flex flex-wrap items-baseline justify-between gap-x-4">
          <p><span className="text-lg font-semibold tracking-[-0.018em]">{formatUsd(budget.spent_usd)}</span> <span className="text-ink-3">of {formatUsd(limitUsd)}</span></p>
          <p className="text-[0.8125rem] text-ink-2">{percentWords(budget.spent_usd / limitUsd)}</p>
        </div>
        <BudgetBar budget={budget} />
        <p className="mt-2.5 max-w-3xl text-[0.8125rem] text-ink-2">{consequenceWords({ scope: budget.scope, name: budget.label, period, limitUsd, warnPercent, stops }).join(' ')}</p>
        {budget.unpriced_records > 0 && (
          <p className="mt-1 text-[0.8125rem] text-warn">{plural(budget.unpriced_records, 'record')} of this time {budget.unpriced_records === 1 ? 'has' : 'have'} no known price and {budget.unpriced_records === 1 ? 'is' : 'are'} not counted. <Link href="/usage/prices" className="rounded font-medium underline underline-offset-2">Prices</Link></p>
        )}
      </div>
    </li>
  );
}
