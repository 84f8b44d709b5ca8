'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { cn } from '../_lib/cn';

const NEIGHBOUR_PX = 32;

/** Tabs that are pages: each has its address. */
export function LinkTabs({ label, tabs }: { label: string; tabs: readonly { href: string; label: string; count?: number | undefined }[] }) {
  const pathname = usePathname();
  const nav = useRef<HTMLElement>(null);
  const widths = tabs.map((tab) => `${tab.label}${tab.count ?? ''}`).join();
  useEffect(() => { // sideways alone, and with a piece of its neighbours, which tells that there are some
    const bar = nav.current;
    const tab = bar?.querySelector<HTMLElement>('[aria-current]');
    if (!bar || !tab) return;
    const [seen, wanted] = [bar.getBoundingClientRect(), tab.getBoundingClientRect()];
    if (wanted.left < seen.left) bar.scrollLeft += wanted.left - seen.left - NEIGHBOUR_PX;
    else if (wanted.right > seen.right) bar.scrollLeft += wanted.right - seen.right + NEIGHBOUR_PX;
  }, [pathname, widths]);
  return (
    <nav ref={nav} aria-label={label} className="mb-5 flex gap-1 overflow-x-auto border-b border-line">
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
