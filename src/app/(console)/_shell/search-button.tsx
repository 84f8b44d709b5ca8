'use client';

import { Search } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from '../../_ui/button';

/** Opens the command palette; shows the key that does the same. */
export function SearchButton({ onOpen, variant }: { onOpen: () => void; variant: 'field' | 'icon' }) {
  const [key, setKey] = useState('Ctrl');
  useEffect(() => { if (/Mac|iPhone|iPad/.test(navigator.userAgent)) setKey('⌘'); }, []);
  if (variant === 'icon') return <Button variant="ghost" size="icon" aria-label="Search and go to" onClick={onOpen}><Search aria-hidden /></Button>;
  return (
    <button
      type="button"
      onClick={onOpen}
      aria-label="Search and go to"
      aria-keyshortcuts="Control+K Meta+K"
      title={`Search and go to (${key} K)`}
      className="flex h-8 w-full items-center gap-2.5 rounded-lg border border-line bg-bg px-2.5 text-ink-3 transition-colors hover:border-line-strong/70 hover:text-ink-2 max-lg:h-9 max-lg:justify-center"
    >
      <Search aria-hidden className="size-4 shrink-0" />
      <span className="text-[0.8125rem] max-lg:hidden">Search</span>
      <kbd aria-hidden className="ml-auto font-sans text-2xs max-lg:hidden">{key} K</kbd>
    </button>
  );
}
