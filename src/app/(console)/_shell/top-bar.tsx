'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { Me } from '@/server/auth/contract';
import { cn } from '../../_lib/cn';
import type { Theme } from '../../_lib/theme';
import { LogoMark } from '../../_ui/logo';
import { AccountMenu } from './account-menu';
import { DESTINATIONS, isCurrent } from './navigation';

/** Navigation at phone width. */
export function TopBar({ me, theme }: { me: Me; theme: Theme }) {
  const pathname = usePathname();
  return (
    <header className="sticky top-0 z-30 flex h-13 items-center gap-1 border-b border-line bg-surface px-3 md:hidden">
      <Link href="/" aria-label="Parley, home" className="mr-1 rounded-md"><LogoMark /></Link>
      <nav aria-label="Main" className="flex min-w-0 flex-1 items-center gap-0.5">
        {DESTINATIONS.map(({ href, label, icon: Icon }) => {
          const current = isCurrent(href, pathname);
          return (
            <Link
              key={href}
              href={href}
              aria-label={label}
              aria-current={current ? 'page' : undefined}
              className={cn('flex h-9 items-center gap-2 rounded-lg px-2.5 text-[0.8125rem] font-medium', current ? 'bg-accent-soft text-accent-ink' : 'text-ink-2')}
            >
              <Icon aria-hidden className="size-[1.125rem]" />{current && label}
            </Link>
          );
        })}
      </nav>
      <AccountMenu me={me} theme={theme} compact />
    </header>
  );
}
