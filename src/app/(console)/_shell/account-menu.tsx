'use client';

import { Check, ChevronsUpDown, LogOut, Monitor, Moon, Sun, UserRound } from 'lucide-react';
import Link from 'next/link';
import { signOut } from 'next-auth/react';
import { DropdownMenu } from 'radix-ui';
import { useState } from 'react';
import { cn } from '../../_lib/cn';
import { applyTheme, type Theme } from '../../_lib/theme';
import { useMe } from './use-me';

const THEME_CHOICES = [
  { value: 'system', label: 'As the system', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
] as const;

const item = 'flex h-9 cursor-default items-center gap-2.5 rounded-lg px-2.5 outline-none select-none data-[highlighted]:bg-hover [&_svg]:size-4 [&_svg]:text-ink-3';

export function AccountMenu({ theme: initial, compact = false }: { theme: Theme; compact?: boolean }) {
  const me = useMe();
  const name = me.name || me.label;
  const [theme, setTheme] = useState(initial);
  const choose = (value: Theme) => { setTheme(value); applyTheme(value); };
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        aria-label={`Account and theme: ${me.label}`}
        className={cn('flex items-center gap-2.5 rounded-lg text-left transition-colors hover:bg-hover', compact ? 'p-1' : 'w-full p-1.5 max-lg:justify-center')}
      >
        <span aria-hidden className="grid size-8 shrink-0 place-items-center rounded-full bg-sunken text-[0.8125rem] font-semibold text-ink-2 uppercase ring-1 ring-line">{name.slice(0, 1)}</span>
        {!compact && (
          <>
            <span className="min-w-0 flex-1 max-lg:hidden">
              <span className="block truncate text-[0.8125rem] leading-4 font-medium">{name}</span>
              <span className="block truncate text-xs text-ink-3 first-letter:uppercase">{me.role}</span>
            </span>
            <ChevronsUpDown aria-hidden className="size-4 text-ink-3 max-lg:hidden" />
          </>
        )}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align={compact ? 'end' : 'start'} side={compact ? 'bottom' : 'top'} sideOffset={6} className="rise z-50 w-56 rounded-xl border border-line bg-surface p-1 shadow-pop">
          <p className="truncate px-2.5 pt-2 pb-1.5 text-xs text-ink-3">{me.label} · {me.role}</p>
          {me.kind === 'user' && <DropdownMenu.Item asChild className={item}><Link href="/settings/account"><UserRound aria-hidden />Your account</Link></DropdownMenu.Item>}
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.RadioGroup aria-label="Theme" value={theme} onValueChange={(value) => choose(value as Theme)}>
            {THEME_CHOICES.map(({ value, label, icon: Icon }) => (
              <DropdownMenu.RadioItem key={value} value={value} className={item} onSelect={(event) => event.preventDefault()}>
                <Icon aria-hidden />{label}
                <DropdownMenu.ItemIndicator className="ml-auto"><Check aria-hidden /></DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
          {me.kind === 'user' && (
            <>
              <DropdownMenu.Separator className="my-1 h-px bg-line" />
              <DropdownMenu.Item className={item} onSelect={() => void signOut({ callbackUrl: '/login' })}><LogOut aria-hidden />Sign out</DropdownMenu.Item>
            </>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
