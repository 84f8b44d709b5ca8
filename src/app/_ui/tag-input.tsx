'use client';

import { X } from 'lucide-react';
import { useState, type KeyboardEvent } from 'react';
import { cn } from '../_lib/cn';
import type { FieldControl } from './field';
import { inputClasses } from './input';

interface TagInputProps extends FieldControl {
  value: readonly string[];
  onChange: (value: string[]) => void;
  maxLength?: number;
  placeholder?: string;
}

/** A few short words: Enter or a comma adds one, Backspace takes the last one back. */
export function TagInput({ value, onChange, maxLength = 50, placeholder = 'Add a tag', required: _required, ...control }: TagInputProps) {
  const [typed, setTyped] = useState('');
  const add = () => {
    const words = typed.split(',').map((word) => word.trim()).filter(Boolean); // a list may have been pasted
    setTyped('');
    const more = [...new Set(words)].filter((word) => !value.includes(word));
    if (more.length > 0) onChange([...value, ...more]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === ',' || (event.key === 'Enter' && typed.trim())) {
      event.preventDefault();
      add();
    } else if (event.key === 'Backspace' && typed === '' && value.length > 0) onChange(value.slice(0, -1));
  };
  return (
    <div className={cn(inputClasses, 'flex h-auto min-h-9 flex-wrap items-center gap-1.5 px-1.5 py-1 focus-within:border-accent')}>
      {value.map((tag) => (
        <span key={tag} className="inline-flex h-6.5 max-w-full items-center gap-1 rounded-md bg-sunken pr-0.5 pl-2 text-[0.8125rem]">
          <span className="truncate">{tag}</span>
          <button type="button" aria-label={`Remove ${tag}`} onClick={() => onChange(value.filter((one) => one !== tag))} className="grid size-5.5 shrink-0 place-items-center rounded text-ink-3 hover:bg-hover hover:text-ink"><X aria-hidden className="size-3.5" /></button>
        </span>
      ))}
      <input {...control} value={typed} maxLength={maxLength} placeholder={value.length === 0 ? placeholder : ''} onChange={(event) => setTyped(event.target.value)} onKeyDown={onKeyDown} onBlur={add} className="h-6.5 min-w-24 flex-1 bg-transparent px-1.5 outline-none placeholder:text-ink-3" />
    </div>
  );
}
