'use client';

import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { cn } from '../_lib/cn';
import { Input } from './input';

const TYPING_PAUSE_MS = 250;

interface SearchFieldProps {
  label: string;
  placeholder?: string;
  value: string;
  onChange: (value: string | undefined) => void;
  className?: string;
}

/** Searches once the typing pauses; "/" goes to it. */
export function SearchField({ label, placeholder = label, value, onChange, className }: SearchFieldProps) {
  const [typed, setTyped] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setTyped(value), [value]); // Back, or "Clear"
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => onChange(typed.trim() || undefined), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof HTMLElement && event.target.closest('input, textarea, select, [contenteditable], [role=dialog], [role=menu]')) return;
      event.preventDefault();
      input.current?.focus();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div className={cn('relative min-w-full flex-1 sm:min-w-64', className)}>
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-3" />
      <Input ref={input} type="search" aria-label={label} aria-keyshortcuts="/" placeholder={placeholder} maxLength={200} className="pl-9" value={typed} onChange={(event) => setTyped(event.target.value)} />
    </div>
  );
}
