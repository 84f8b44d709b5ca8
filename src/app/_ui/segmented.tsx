'use client';

import { ToggleGroup } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from '../_lib/cn';

interface SegmentedProps<Value extends string> {
  label: string;
  value: Value;
  options: { value: Value; label: string; icon?: ReactNode }[];
  onChange: (value: Value) => void;
  /** At phone width the icons stand alone; the labels stay for assistive technology. */
  compact?: boolean;
  className?: string;
}

/** One of a few, all in view. */
export function Segmented<Value extends string>({ label, value, options, onChange, compact = false, className }: SegmentedProps<Value>) {
  return (
    <ToggleGroup.Root
      type="single"
      aria-label={label}
      value={value}
      onValueChange={(next) => { if (next) onChange(next as Value); }}
      className={cn('inline-flex items-center gap-0.5 rounded-lg bg-sunken p-0.5 ring-1 ring-line ring-inset', className)}
    >
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          title={compact ? option.label : undefined}
          className={cn(
            'inline-flex h-8 items-center justify-center gap-1.5 rounded-md text-[0.8125rem] font-medium whitespace-nowrap text-ink-2 transition-colors hover:text-ink data-[state=on]:bg-surface data-[state=on]:text-ink data-[state=on]:shadow-card data-[state=on]:ring-1 data-[state=on]:ring-line [&_svg]:size-4',
            compact ? 'px-3 max-sm:px-2' : 'px-3',
          )}
        >
          {option.icon}
          <span className={compact ? 'max-sm:sr-only' : undefined}>{option.label}</span>
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
