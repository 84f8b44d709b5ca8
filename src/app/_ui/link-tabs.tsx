'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cn } from '../_lib/cn';

/** Tabs that are pages: each has its address. */
export function LinkTabs({ label, tabs }: { label: string; tabs: readonly { href: string; label: string; count?: number | undefined }[] }) {
  const pathname = usePathname();
  return (
    <nav aria-label={label} className="mb-5 flex gap-1 overflow-x-auto border-b border-line">
      {tabs.map((tab) => {
        const current = pathname === tab.href;
        return (
          <Link
            key={tab.href}
            href={tab.href}
            aria-current={current ? 'page' : undefined}
            className={cn(
              '-mb-px flex h-10 shrink-0 items-center gap-2 border-b-2 px-3 font-medium whitespace-nowrap -outline-offset-2 transition-colors',
              current ? 'border-accent text-ink' : 'border-transparent text-ink-2 hover:text-ink',
            )}
          >
            {tab.label}
            {tab.count !== undefined && <span className="tabular rounded-full bg-sunken px-1.5 text-xs text-ink-2">{tab.count}</span>}
          </Link>
        );
      })}
    </nav>
  );
}
