'use client';

import { useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect, useState, type ReactNode } from 'react';
import type { Me } from '@/server/auth/contract';
import { cn } from '../../_lib/cn';
import type { Theme } from '../../_lib/theme';
import { useTRPC } from '../../_lib/trpc';
import { LogoMark } from '../../_ui/logo';
import { ErrorState } from '../../_ui/states';
import { BudgetBanner, useBudgetAlarm } from './budget-banner';
import { CommandPalette } from './command-palette';
import { LeavingContext, useLeavingState } from './leaving';
import { digitOf, destinationsFor } from './navigation';
import { SideNavigation } from './side-navigation';
import { TopBar } from './top-bar';
import { MeContext } from './use-me';

/** Alt and a digit goes to a page; Ctrl or Cmd and K asks where to. */
function useShellKeys(role: Me['role'] | undefined, onSearch: () => void, leave: (go: () => void) => void) {
  const router = useRouter();
  useEffect(() => {
    if (!role) return;
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        onSearch();
        return;
      }
      if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      // `code`, because Alt turns digits into other characters on some keyboards
      const digit = /^Digit(\d)$/.exec(event.code)?.[1];
      const destination = destinationsFor(role).find((_, index) => digitOf(index) === digit);
      if (digit === undefined || !destination) return;
      event.preventDefault();
      leave(() => router.push(destination.href));
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [router, role, onSearch, leave]);
}

/** Frame of every page behind the sign-in; shows nothing of the product before it knows who is asking. */
export function Shell({ theme, children }: { theme: Theme; children: ReactNode }) {
  const trpc = useTRPC();
  const me = useQuery(trpc.me.get.queryOptions(undefined, { staleTime: 60_000 }));
  const [searching, setSearching] = useState(false);
  const [search] = useState(() => () => setSearching(true));
  const leaving = useLeavingState();
  useShellKeys(me.data?.role, search, leaving.leave);
  const alarm = useBudgetAlarm(me.data?.role);

  if (!me.data) {
    const signingIn = me.error?.data?.httpStatus === 401;
    return (
      <main className="grid min-h-dvh place-items-center">
        {me.error && !signingIn
          ? <ErrorState title="Parley cannot be reached" message={me.error.message} onRetry={() => void me.refetch()} />
          : <div role="status" aria-label="Loading"><LogoMark className="size-9 animate-pulse" /></div>}
      </main>
    );
  }
  return (
    <MeContext value={me.data}><LeavingContext value={leaving}>
      <div className="min-h-dvh md:grid md:grid-cols-[3.75rem_minmax(0,1fr)] lg:grid-cols-[15rem_minmax(0,1fr)]">
        <a href="#content" className="sr-only z-50 rounded-lg bg-accent px-3 py-2 text-on-accent focus:not-sr-only focus:fixed focus:top-2 focus:left-2">Skip to content</a>
        <SideNavigation theme={theme} onSearch={search} />
        <TopBar theme={theme} onSearch={search} />
        <main id="content" tabIndex={-1} className={cn('min-w-0 outline-none', alarm && '[--banner:3.5rem] sm:[--banner:2.5rem]')}>{alarm && <BudgetBanner alarm={alarm} />}{children}</main>
      </div>
      <CommandPalette open={searching} onOpenChange={setSearching} />
    </LeavingContext></MeContext>
  );
}
