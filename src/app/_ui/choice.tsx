'use client';

import { Check } from 'lucide-react';
import { Checkbox as Radix, RadioGroup, Switch as RadixSwitch } from 'radix-ui';
import { useId, type ReactNode } from 'react';
import { cn } from '../_lib/cn';

interface CheckboxProps {
  label: ReactNode;
  hint?: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
}

export function Checkbox({ label, hint, checked, onChange, disabled }: CheckboxProps) {
  const id = useId();
  return (
    <div className={cn('flex items-start gap-2.5', disabled && 'opacity-60')}>
      <Radix.Root
        id={id}
        checked={checked}
        disabled={disabled}
        onCheckedChange={(next) => onChange(next === true)}
        aria-describedby={hint ? `${id}-hint` : undefined}
        className="mt-0.5 grid size-4.5 shrink-0 place-items-center rounded-[0.3125rem] border border-line-strong bg-surface text-on-accent shadow-card transition-colors data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <Radix.Indicator><Check aria-hidden className="size-3.5" strokeWidth={3} /></Radix.Indicator>
      </Radix.Root>
      <div className="min-w-0">
        <label htmlFor={id} className="block leading-5.5">{label}</label>
        {hint && <p id={`${id}-hint`} className="text-[0.8125rem] text-ink-3">{hint}</p>}
      </div>
    </div>
  );
}

interface RadioCardsProps<Value extends string> {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string; hint: string; disabled?: boolean }[];
  onChange: (value: Value) => void;
  className?: string;
}

/** One of a few whose meaning needs a sentence. */
export const RadioCards = <Value extends string>({ label, value, options, onChange, className }: RadioCardsProps<Value>) => (
  <RadioGroup.Root aria-label={label} value={value} onValueChange={(next) => onChange(next as Value)} className={cn('grid gap-2', className)}>
    {options.map((option) => (
      <RadioGroup.Item
        key={option.value}
        value={option.value}
        disabled={option.disabled}
        className="group flex items-start gap-3 rounded-lg border border-line bg-surface px-3 py-2.5 text-left transition-colors hover:border-line-strong/60 disabled:pointer-events-none disabled:opacity-55 data-[state=checked]:border-accent data-[state=checked]:bg-accent-soft"
      >
        <span aria-hidden className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-full border border-line-strong bg-surface group-data-[state=checked]:border-accent">
          <RadioGroup.Indicator className="size-2 rounded-full bg-accent" />
        </span>
        <span className="min-w-0">
          <span className="block leading-5 font-medium">{option.label}</span>
          <span className="block text-[0.8125rem] text-ink-2">{option.hint}</span>
        </span>
      </RadioGroup.Item>
    ))}
  </RadioGroup.Root>
);

/** On or off, at once. */
export const Switch = ({ id, label, checked, onChange, disabled }: { id?: string; label: string; checked: boolean; onChange: (checked: boolean) => void; disabled?: boolean }) => (
  <RadixSwitch.Root
    id={id}
    aria-label={label}
    checked={checked}
    disabled={disabled}
    onCheckedChange={onChange}
    className="relative h-5 w-9 shrink-0 rounded-full bg-line-strong transition-colors disabled:opacity-55 data-[state=checked]:bg-accent"
  >
    <RadixSwitch.Thumb className="block size-4 translate-x-0.5 rounded-full bg-surface shadow-card transition-transform data-[state=checked]:translate-x-4.5" />
  </RadixSwitch.Root>
);
