'use client';

import { Ellipsis, type LucideIcon } from 'lucide-react';
import Link from 'next/link';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from '../_lib/cn';
import { Button } from './button';

const item = 'flex min-h-8.5 cursor-default items-center gap-2.5 rounded-lg px-2.5 py-1 outline-none select-none data-[disabled]:text-ink-3 data-[highlighted]:bg-hover [&_svg]:size-4 [&_svg]:shrink-0';

/** What can be done with one row. */
export const RowMenu = ({ label, children }: { label: string; children: ReactNode }) => (
  <DropdownMenu.Root modal={false}>
    <DropdownMenu.Trigger asChild><Button variant="ghost" size="icon-sm" aria-label={label}><Ellipsis aria-hidden /></Button></DropdownMenu.Trigger>
    <DropdownMenu.Portal>
      <DropdownMenu.Content align="end" sideOffset={4} collisionPadding={8} className="rise z-50 min-w-48 rounded-xl border border-line bg-surface p-1 shadow-pop">{children}</DropdownMenu.Content>
    </DropdownMenu.Portal>
  </DropdownMenu.Root>
);

interface MenuItemProps {
  icon?: LucideIcon;
  danger?: boolean;
  disabled?: boolean;
  /** Why it is disabled. */
  hint?: string | undefined;
  href?: string;
  onSelect?: () => void;
  children: ReactNode;
}

export function MenuItem({ icon: Icon, danger = false, disabled = false, hint, href, onSelect, children }: MenuItemProps) {
  const content = <>{Icon && <Icon aria-hidden className={danger && !disabled ? undefined : 'text-ink-3'} />}<span>{children}{hint && <span className="block max-w-56 text-xs text-ink-3">{hint}</span>}</span></>;
  const classes = cn(item, danger && !disabled && 'text-danger data-[highlighted]:bg-danger-soft');
  return href === undefined
    ? <DropdownMenu.Item className={classes} disabled={disabled} onSelect={onSelect}>{content}</DropdownMenu.Item>
    : <DropdownMenu.Item asChild className={classes} disabled={disabled}><Link href={href}>{content}</Link></DropdownMenu.Item>;
}

export const MenuSeparator = () => <DropdownMenu.Separator className="my-1 h-px bg-line" />;
