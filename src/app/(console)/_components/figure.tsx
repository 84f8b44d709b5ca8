import type { ReactNode } from 'react';
import { cn } from '../../_lib/cn';
import { Skeleton } from '../../_ui/states';

/** One number with its name, in a `dl`; without children it is still being counted. */
export const Figure = ({ label, danger = false, note, children }: { label: string; danger?: boolean; note?: ReactNode; children: ReactNode }) => (
  <div>
    <dt className="text-xs text-ink-3">{label}</dt>
    <dd className={cn('tabular mt-0.5 h-8 text-2xl leading-8 font-semibold tracking-[-0.022em]', danger && 'text-danger')}>{children ?? <Skeleton className="mt-1.5 h-5 w-16" />}</dd>
    {note !== undefined && <dd className="min-h-4 text-xs text-ink-3">{note}</dd>}
  </div>
);
