'use client';

import { useQuery } from '@tanstack/react-query';
import { CircleAlert, X } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { cn } from '../../_lib/cn';
import { hasRole } from '../../_lib/roles';
import { useTRPC } from '../../_lib/trpc';
import { Button } from '../../_ui/button';
import { alarmsOf, alarmWords } from '../usage/_lib/budget-words';
import type { Me } from '@/server/auth/contract';

const EVERY_MS = 30_000;

export interface BudgetAlarm {
  words: string;
  more: number;
  stopped: boolean;
  dismiss: () => void;
}

/** The gravest thing that budgets have to say to somebody who can do something about it. What is put aside comes back when it gets worse. */
export function useBudgetAlarm(role: Me['role'] | undefined): BudgetAlarm | null {
  const trpc = useTRPC();
  const [dismissed, setDismissed] = useState<readonly string[]>([]);
  const budgets = useQuery(trpc.budgets.list.queryOptions(undefined, { enabled: role !== undefined && hasRole(role, 'admin'), refetchInterval: EVERY_MS, retry: false }));
  const keyOf = ({ id, state, period_start: start }: { id: string; state: string; period_start: string }) => `${id} ${state} ${start}`;
  const alarms = alarmsOf(budgets.data?.budgets ?? []).filter((budget) => !dismissed.includes(keyOf(budget)));
  const [first] = alarms;
  if (!first) return null;
  return { words: alarmWords(first), more: alarms.length - 1, stopped: first.state === 'stopped', dismiss: () => setDismissed((now) => [...now, ...alarms.map(keyOf)]) };
}

/** One line above the page; its height is `--banner`, which pages that fill the screen leave free. */
export const BudgetBanner = ({ alarm: { words, more, stopped, dismiss } }: { alarm: BudgetAlarm }) => (
  <div role={stopped ? 'alert' : 'status'} className={cn('flex h-(--banner) items-center gap-2.5 border-b border-line px-4 text-[0.8125rem] sm:px-6 lg:px-8', stopped ? 'bg-danger-soft text-danger' : 'bg-warn-soft text-warn')}>
    <CircleAlert aria-hidden className="size-4 shrink-0" />
    <p className="line-clamp-2 min-w-0 leading-4.5 font-medium sm:line-clamp-1" title={words}>{words}</p>
    <Link href="/usage/budgets" className="shrink-0 rounded font-medium underline underline-offset-2">{more > 0 ? <>Budgets<span className="max-sm:sr-only"> ({more} more)</span></> : 'Budgets'}</Link>
    <Button variant="ghost" size="icon-sm" className="-mr-1.5 ml-auto text-current hover:text-current" aria-label="Put this aside" onClick={dismiss}><X aria-hidden /></Button>
  </div>
);
