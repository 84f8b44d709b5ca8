import type { ReactNode } from 'react';
import { cn } from '../../_lib/cn';

/** Past 2K the letters grow (globals.css), and past 4K the page too: a list at arm's length is read in one look. */
export const Page = ({ children, className }: { children: ReactNode; className?: string }) => (
  <div className={cn('mx-auto w-full max-w-6xl min-[3200px]:max-w-[88rem] px-4 py-6 sm:px-6 lg:px-8 lg:py-8', className)}>{children}</div>
);

export const PageHeader = ({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) => (
  <div className="mb-6 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
    <div className="min-w-0">
      <h1 className="text-[1.375rem] leading-7 font-semibold tracking-[-0.018em]">{title}</h1>
      {children && <div className="mt-1 text-ink-2">{children}</div>}
    </div>
    {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
  </div>
);
