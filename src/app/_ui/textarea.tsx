import type { ComponentProps } from 'react';
import { cn } from '../_lib/cn';
import { inputClasses } from './input';

/** Grows with what is written, up to where its own scrolling is better. */
export const Textarea = ({ className, ...rest }: ComponentProps<'textarea'>) => <textarea className={cn(inputClasses, 'field-sizing-content h-auto min-h-20 resize-y py-2 leading-6', className)} {...rest} />;
