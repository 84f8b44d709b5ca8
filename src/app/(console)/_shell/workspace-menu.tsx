'use client';

import Link from 'next/link';
import { LogoMark } from '../../_ui/logo';
import { cn } from '../../_lib/cn';
import { useMe } from './use-me';

/** Where one is. */
export function WorkspaceMenu({ rail = false }: { rail?: boolean }) {
  const { workspace } = useMe();
  return (
    <Link href="/" aria-label={`Parley, ${workspace.name}`} className={cn('flex h-11 items-center gap-2.5 rounded-lg px-1.5', rail && 'max-lg:justify-center')}>
      <LogoMark className="shrink-0" />
      <span className={cn('min-w-0', rail && 'max-lg:hidden')}>
        <span className="block truncate leading-4 font-semibold tracking-[-0.011em]">{workspace.name}</span>
        <span className="block text-xs text-ink-3">Parley</span>
      </span>
    </Link>
  );
}
