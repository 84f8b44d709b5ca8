import type { ComponentProps } from 'react';
import { cn } from '../_lib/cn';

export const inputClasses =
  'h-9 w-full rounded-lg border border-line-strong/60 bg-surface px-3 text-ink shadow-card transition-colors placeholder:text-ink-3 hover:border-line-strong focus-visible:border-accent focus-visible:outline-offset-0 aria-invalid:border-danger disabled:bg-sunken disabled:text-ink-2 disabled:shadow-none disabled:hover:border-line-strong/60';

export const Input = ({ className, ...rest }: ComponentProps<'input'>) => <input className={cn(inputClasses, className)} {...rest} />;

export const Textarea = ({ className, ...rest }: ComponentProps<'textarea'>) => (
  <textarea className={cn(inputClasses, 'h-auto min-h-24 resize-y py-2 leading-5', className)} {...rest} />
);
