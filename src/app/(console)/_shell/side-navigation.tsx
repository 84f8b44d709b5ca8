'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { Me } from '@/server/auth/contract';
import { cn } from '../../_lib/cn';
import type { Theme } from '../../_lib/theme';
import { Logo, LogoMark } from '../../_ui/logo';
import { AccountMenu } from './account-menu';
import { DESTINATIONS, isCurrent } from './navigation';

export function SideNavigation({ me, theme }: { me: Me; theme: Theme }) {
  const pathname = usePathname();
  return (
    <div className="sticky top-0 hidden h-dvh flex-col border-r border-line bg-surface p-2 md:flex lg:p-3">
      <Link href="/" className="mb-4 flex h-11 items-center rounded-lg px-2 max-lg:justify-center" aria-label="Parley, home">
        <Logo className="max-lg:hidden" /><LogoMark className="lg:hidden" />
      </Link>
      <nav aria-label="Main" className="flex-1 space-y-0.5">
        {DESTINATIONS.map(({ href, label, icon: Icon }, index) => {
          const current = isCurrent(href, pathname);
          return (
            <Link
              key={href}
              href={href}
              aria-current={current ? 'page' : undefined}
              aria-keyshortcuts={`Alt+${index + 1}`}
              title={`${label} (Alt+${index + 1})`}
              className={cn(
                'group flex h-9 items-center gap-2.5 rounded-lg px-2.5 font-medium transition-colors max-lg:justify-center',
                current ? 'bg-accent-soft text-accent-ink' : 'text-ink-2 hover:bg-hover hover:text-ink',
              )}
            >
              <Icon aria-hidden className="size-[1.125rem] shrink-0" />
              <span className="max-lg:sr-only">{label}</span>
              <kbd aria-hidden className="ml-auto hidden font-sans text-2xs text-ink-3 group-hover:lg:block">Alt {index + 1}</kbd>
            </Link>
          );
        })}
      </nav>
      <AccountMenu me={me} theme={theme} />
    </div>
  );
}
