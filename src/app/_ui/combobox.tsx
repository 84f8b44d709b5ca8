'use client';

import { Command } from 'cmdk';
import { Check, ChevronsUpDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { cn } from '../_lib/cn';
import { inputClasses } from './input';

export interface ComboboxOption {
  value: string;
  label: string;
  hint?: string;
}

interface ComboboxProps {
  id?: string;
  label: string;
  value: string;
  options: readonly ComboboxOption[];
  onChange: (value: string) => void;
  placeholder?: string;
  empty?: string;
  disabled?: boolean;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: true | undefined;
}

/** One of many: type to find it. */
export function Combobox({ label, value, options, onChange, placeholder = 'Type to search', empty = 'Nothing like this', disabled, ...trigger }: ComboboxProps) {
  const [open, setOpen] = useState(false);
  const chosen = options.find((option) => option.value === value);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger {...trigger} role="combobox" aria-label={`${label}: ${chosen?.label ?? value}`} aria-expanded={open} disabled={disabled} className={cn(inputClasses, 'flex items-center gap-2 text-left')}>
        <span className="min-w-0 flex-1 truncate">{chosen?.label ?? value}</span>
        {chosen?.hint && <span className="tabular shrink-0 text-[0.8125rem] text-ink-3">{chosen.hint}</span>}
        <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-ink-3" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content aria-label={label} align="start" sideOffset={6} collisionPadding={8} className="rise z-50 w-(--radix-popover-trigger-width) min-w-64 overflow-hidden rounded-xl border border-line bg-surface shadow-pop">
          <Command label={label}>
            <Command.Input placeholder={placeholder} className="h-10 w-full border-b border-line bg-transparent px-3.5 outline-none placeholder:text-ink-3" />
            <Command.List className="max-h-72 overflow-y-auto p-1">
              <Command.Empty className="px-3 py-6 text-center text-ink-3">{empty}</Command.Empty>
              {options.map((option) => (
                <Command.Item
                  key={option.value}
                  value={`${option.label} ${option.value}`}
                  onSelect={() => { onChange(option.value); setOpen(false); }}
                  className="flex min-h-9 cursor-default items-center gap-3 rounded-lg px-2.5 py-1 select-none data-[selected=true]:bg-hover"
                >
                  <span className="min-w-0 flex-1 truncate">{option.label}</span>
                  {option.hint && <span className="tabular text-[0.8125rem] text-ink-3">{option.hint}</span>}
                  <Check aria-hidden className={cn('size-4 text-accent-ink', option.value !== value && 'invisible')} />
                </Command.Item>
              ))}
            </Command.List>
          </Command>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
