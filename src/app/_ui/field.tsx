'use client';

import { CircleAlert } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { cn } from '../_lib/cn';

/** Spread on the control: it ties label, hint and error to it. */
export interface FieldControl {
  id: string;
  required: boolean | undefined;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

interface FieldProps {
  label: string;
  /** Beside the label: a badge, a link, "Optional". */
  aside?: ReactNode;
  hint?: ReactNode;
  error?: string | undefined;
  required?: boolean;
  className?: string;
  children: (control: FieldControl) => ReactNode;
}

/** One field of a form. Most are required, so the few that are not say so. */
export function Field({ label, aside, hint, error, required, className, children }: FieldProps) {
  const id = useId();
  const described = [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <div className={className}>
      <div className="mb-1.5 flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="font-medium">{label}</label>
        {aside && <span className="text-xs text-ink-3">{aside}</span>}
      </div>
      {children({ id, required, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {error && <p id={`${id}-error`} className="mt-1.5 flex items-start gap-1.5 text-[0.8125rem] text-danger"><CircleAlert aria-hidden className="mt-0.5 size-3.5 shrink-0" />{error}</p>}
      {hint && <div id={`${id}-hint`} className="mt-1.5 text-[0.8125rem] text-ink-3">{hint}</div>}
    </div>
  );
}

/** Choices that belong together, under one legend. */
export const FieldGroup = ({ legend, hint, error, className, children }: { legend: string; hint?: ReactNode; error?: string | undefined; className?: string; children: ReactNode }) => (
  <fieldset className={cn('min-w-0', className)}>
    <legend className="mb-1.5 font-medium">{legend}</legend>
    {hint && <p className="-mt-1 mb-2 text-[0.8125rem] text-ink-3">{hint}</p>}
    {children}
    {error && <p role="alert" className="mt-1.5 text-[0.8125rem] text-danger">{error}</p>}
  </fieldset>
);
