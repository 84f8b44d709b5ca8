'use client';

import { Menu, X } from 'lucide-react';
import { usePathname } from 'next/navigation';
import { Dialog } from 'radix-ui';
import { useState } from 'react';
import type { Theme } from '../../_lib/theme';
import { Button } from '../../_ui/button';
import { AccountMenu } from './account-menu';
import { destinationsFor, isCurrent } from './navigation';
import { NavigationList } from './navigation-list';
import { SearchButton } from './search-button';
import { useMe } from './use-me';
import { WorkspaceMenu } from './workspace-menu';

/** At phone width: where one is, and the navigation as a drawer. */
export function TopBar({ theme, onSearch }: { theme: Theme; onSearch: () => void }) {
  const { role } = useMe();
  const pathname = usePathname();
  const current = destinationsFor(role).find(({ href }) => isCurrent(href, pathname));
  return (
    <header className="sticky top-0 z-30 flex h-13 items-center gap-1 border-b border-line bg-surface px-2 md:hidden">
      <Drawer />
      <p className="min-w-0 flex-1 truncate px-1 font-semibold">{current?.label ?? 'Parley'}</p>
      <SearchButton variant="icon" onOpen={onSearch} />
      <AccountMenu theme={theme} compact />
    </header>
  );
}

function Drawer() {
  const [open, setOpen] = useState(false);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger asChild><Button variant="ghost" size="icon" aria-label="Open the navigation"><Menu aria-hidden /></Button></Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-[oklch(0.15_0.02_230/0.45)] md:hidden" />
        <Dialog.Content aria-describedby={undefined} className="slide-in fixed inset-y-0 left-0 z-50 flex w-72 max-w-[85vw] flex-col gap-3 border-r border-line bg-surface p-3 shadow-pop outline-none md:hidden">
          <Dialog.Title className="sr-only">Navigation</Dialog.Title>
          <div className="flex items-center gap-1">
            <div className="min-w-0 flex-1"><WorkspaceMenu /></div>
            <Dialog.Close asChild><Button variant="ghost" size="icon" aria-label="Close the navigation"><X aria-hidden /></Button></Dialog.Close>
          </div>
          <NavigationList onChoose={() => setOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
