'use client';

import { CalendarDays, ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useState } from 'react';
import { cn } from '../_lib/cn';
import { Button } from './button';
import { Field } from './field';
import { Input } from './input';

/** Whole days where the person is, as `2025-01-31`; both ends belong to the range. */
export interface DateRange {
  from: string | undefined;
  to: string | undefined;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const dayOf = (date: Date): string => [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');

/** Midnight at the beginning of that day, `later` days on; undefined for what is no day. */
function midnight(day: string | undefined, later = 0): string | undefined {
  if (!day || !DAY.test(day)) return undefined;
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const at = new Date(year, month - 1, date + later);
  return Number.isNaN(at.getTime()) || at.getFullYear() < 1970 ? undefined : at.toISOString();
}

/** The range as the interface asks for it: `from` included, `to` not. */
export function rangeBounds({ from, to }: DateRange): { from?: string; to?: string } {
  const [start, end] = [midnight(from), midnight(to, 1)];
  return { ...(start ? { from: start } : {}), ...(end ? { to: end } : {}) };
}

const shortDay = (day: string): string => {
  const at = midnight(day);
  return at ? new Date(at).toLocaleDateString('en', { day: 'numeric', month: 'short', ...(day.startsWith(String(new Date().getFullYear())) ? {} : { year: 'numeric' }) }) : day;
};

function wordsFor({ from, to }: DateRange): string {
  if (from && to) return from === to ? shortDay(from) : `${shortDay(from)} – ${shortDay(to)}`;
  if (from) return `Since ${shortDay(from)}`;
  return to ? `Until ${shortDay(to)}` : 'Any time';
}

const daysAgo = (days: number): string => {
  const now = new Date();
  return dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - days));
};

export interface DatePreset {
  label: string;
  range: () => DateRange;
}

const since = (days: number) => () => ({ from: daysAgo(days), to: undefined });

const PRESETS: readonly DatePreset[] = [
  { label: 'Today', range: since(0) },
  { label: 'Last 7 days', range: since(6) },
  { label: 'Last 30 days', range: since(29) },
  { label: 'Any time', range: () => ({ from: undefined, to: undefined }) },
];

interface DateRangeFilterProps {
  label?: string;
  value: DateRange;
  presets?: readonly DatePreset[];
  /** The last day that can be chosen; the person's own today unless said. */
  last?: string;
  onChange: (range: DateRange) => void;
  className?: string;
}

/** Narrows a list to days: one click for the usual ones, two dates for the rest. */
export function DateRangeFilter({ label = 'Date', value, presets = PRESETS, last = dayOf(new Date()), onChange, className = 'grow sm:grow-0' }: DateRangeFilterProps) {
  const [open, setOpen] = useState(false);
  const choose = (range: DateRange) => {
    onChange(range);
    setOpen(false);
  };
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <Button aria-label={`${label}: ${wordsFor(value)}`} className={cn('justify-start px-3 font-normal [&_svg]:text-ink-3', className)}>
          <CalendarDays aria-hidden /><span className="flex-1 text-left">{wordsFor(value)}</span><ChevronDown aria-hidden />
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content align="end" sideOffset={6} collisionPadding={8} aria-label={label} className="rise z-50 w-72 rounded-xl border border-line bg-surface p-3 shadow-pop">
          <div className="grid grid-cols-2 gap-1.5">
            {presets.map((preset) => <Button key={preset.label} size="sm" onClick={() => choose(preset.range())}>{preset.label}</Button>)}
          </div>
          <div className="mt-3 grid gap-3 border-t border-line pt-3">
            <Field label="From">{(control) => <Input {...control} type="date" max={value.to ?? last} value={value.from ?? ''} onChange={(event) => onChange({ from: event.target.value || undefined, to: value.to })} />}</Field>
            <Field label="To">{(control) => <Input {...control} type="date" min={value.from} max={last} value={value.to ?? ''} onChange={(event) => onChange({ from: value.from, to: event.target.value || undefined })} />}</Field>
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
