'use client';

import { Check, ChevronDown } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
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
  /** In a form: what Field gives its control. */
  id?: string;
  'aria-describedby'?: string | undefined;
  'aria-invalid'?: true | undefined;
}

/** One of several. A menu rather than Radix' Select, which hides the page from assistive technology while focus may still reach it. */
export function Select<Value extends string>({ label, value, options, onChange, icon, disabled, className, ...trigger }: SelectProps<Value>) {
  const chosen = options.find((option) => option.value === value);
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        {...trigger}
        aria-label={`${label}: ${chosen?.label ?? 'none'}`}
        disabled={disabled}
        className={cn('inline-flex h-9 min-w-0 items-center gap-2 rounded-lg border border-line bg-surface px-3 text-left shadow-card transition-colors hover:bg-hover disabled:opacity-60 aria-invalid:border-danger [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-3', className)}
      >
        {icon}
        <span className="min-w-0 flex-1 truncate">{chosen?.label}</span>
        <ChevronDown aria-hidden />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="start" sideOffset={6} collisionPadding={8} className="rise z-50 max-h-80 min-w-(--radix-dropdown-menu-trigger-width) overflow-y-auto rounded-xl border border-line bg-surface p-1 shadow-pop">
          <DropdownMenu.RadioGroup aria-label={label} value={value} onValueChange={(next) => onChange(next as Value)}>
            {options.map((option) => (
              <DropdownMenu.RadioItem
                key={option.value}
                value={option.value}
                className="flex min-h-9 cursor-default items-center gap-3 rounded-lg py-1.5 pr-3 pl-2.5 outline-none select-none data-[highlighted]:bg-hover"
              >
                <span className="min-w-0">
                  {option.label}
                  {option.hint && <span className="block max-w-72 text-xs text-ink-3">{option.hint}</span>}
                </span>
                <DropdownMenu.ItemIndicator className="ml-auto text-accent-ink"><Check aria-hidden className="size-4" /></DropdownMenu.ItemIndicator>
              </DropdownMenu.RadioItem>
            ))}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
