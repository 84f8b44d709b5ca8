import type { Budget } from '@/server/budgets/contract';
import { cn } from '../../../_lib/cn';
import { percentWords } from '../_lib/amounts';
import { stateOf } from '../_lib/budget-words';
import { formatUsd } from '../_lib/money';

const FILLS = { ok: 'bg-accent', warn: 'bg-warn', danger: 'bg-danger' } as const;
/** Above the limit the bar shows by how much, up to here. */
const MOST_TIMES = 1.5;

/** What is spent of it; a notch where it warns, and a line at the limit once that is behind. */
export function BudgetBar({ budget, className }: { budget: Budget; className?: string }) {
  const { spent_usd: spent, limit_usd: limit, warn_percent: warnPercent } = budget;
  const { tone } = stateOf(budget);
  const whole = Math.max(limit, Math.min(spent, limit * MOST_TIMES));
  const at = (usd: number): string => `${Math.min(100, (usd / whole) * 100)}%`;
  const percent = Math.round((spent / limit) * 100);
  return (
    <div
      role="meter" aria-label={`Spent of the budget: ${budget.label}`} aria-valuemin={0} aria-valuemax={Math.max(100, percent)} aria-valuenow={percent}
      aria-valuetext={`${formatUsd(spent)} of ${formatUsd(limit)}, ${percentWords(spent / limit)}; warns at ${warnPercent} %`}
      className={cn('relative h-2.5 rounded-full bg-hover', className)}
    >
      <div className={cn('h-full rounded-full transition-[width]', FILLS[tone === 'warn' || tone === 'danger' ? tone : 'ok'])} style={{ width: at(spent), minWidth: spent > 0 ? '0.375rem' : 0 }} />
      {warnPercent < 100 && <Mark at={at((limit * warnPercent) / 100)} title={`Warns at ${warnPercent} %`} className="bg-ink-3" />}
      {spent > limit && <Mark at={at(limit)} title="The limit" className="bg-ink" />}
    </div>
  );
}

const Mark = ({ at, title, className }: { at: string; title: string; className: string }) => (
  <span title={title} style={{ left: at }} className={cn('absolute -inset-y-1 w-0.5 -translate-x-1/2 rounded-full ring-2 ring-surface', className)} />
);
