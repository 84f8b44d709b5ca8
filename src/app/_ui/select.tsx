'use client';

import { Check, ChevronDown } from 'lucide-react';
import { Select as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from '../_lib/cn';

export interface SelectOption<Value extends string> {
  value: Value;
  label: string;
  hint?: string;
}

interface SelectProps<Value extends string> {
  label: string;
  value: Value;
  options: SelectOption<Value>[];
  onChange: (value: Value) => void;
  icon?: ReactNode;
  disabled?: boolean;
  className?: string;
}

export function Select<Value extends string>({ label, value, options, onChange, icon, disabled, className }: SelectProps<Value>) {
  return (
    <Radix.Root value={value} onValueChange={(next) => onChange(next as Value)} disabled={disabled}>
      <Radix.Trigger
        aria-label={label}
        className={cn('inline-flex h-9 min-w-0 items-center gap-2 rounded-lg border border-line bg-surface px-3 text-left shadow-card transition-colors hover:bg-hover disabled:opacity-60 [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-3', className)}
      >
        {icon}
        <span className="min-w-0 flex-1 truncate"><Radix.Value /></span>
        <Radix.Icon><ChevronDown aria-hidden /></Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content position="popper" sideOffset={6} className="rise z-50 max-h-80 min-w-(--radix-select-trigger-width) overflow-hidden rounded-xl border border-line bg-surface p-1 shadow-pop">
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                className="flex min-h-9 cursor-default items-center gap-3 rounded-lg py-1.5 pr-3 pl-2.5 outline-none select-none data-[highlighted]:bg-hover"
              >
                <span className="min-w-0">
                  <Radix.ItemText>{option.label}</Radix.ItemText>
                  {option.hint && <span className="block truncate text-xs text-ink-3">{option.hint}</span>}
                </span>
                <Radix.ItemIndicator className="ml-auto text-accent-ink"><Check aria-hidden className="size-4" /></Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
