import type { ReactNode } from 'react';
import { cn } from '../../../_lib/cn';

/** Names and values, one a line. */
export const Facts = ({ className, children }: { className?: string; children: ReactNode }) => <dl className={cn('text-[0.8125rem]', className)}>{children}</dl>;

export const Fact = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className="flex items-baseline justify-between gap-4 py-1.5"><dt className="shrink-0 text-ink-3">{label}</dt><dd className="tabular min-w-0 text-right break-words">{children}</dd></div>
);
