import type { ComponentProps, ReactNode } from 'react';
import { cn } from '../_lib/cn';

export const Card = ({ className, ...rest }: ComponentProps<'section'>) => (
  <section className={cn('rounded-xl border border-line bg-surface shadow-card', className)} {...rest} />
);

export const CardHeader = ({ title, hint, action, id }: { title: string; hint?: ReactNode; action?: ReactNode; id?: string }) => (
  <header className="flex min-h-12 items-center justify-between gap-3 border-b border-line px-4 py-2 sm:px-5">
    <h2 id={id} className="text-[0.9375rem] font-semibold">{title}</h2>
    {hint && <p className="mr-auto truncate text-[0.8125rem] text-ink-3">{hint}</p>}
    {action}
  </header>
);
