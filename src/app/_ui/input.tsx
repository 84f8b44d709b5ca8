import type { ComponentProps } from 'react';
import { cn } from '../_lib/cn';

export const inputClasses =
  'h-9 w-full rounded-lg border border-line-strong/60 bg-surface px-3 text-ink shadow-card transition-colors placeholder:text-ink-3 hover:border-line-strong focus-visible:border-accent focus-visible:outline-offset-0 aria-invalid:border-danger disabled:opacity-60';

export const Input = ({ className, ...rest }: ComponentProps<'input'>) => <input className={cn(inputClasses, className)} {...rest} />;
