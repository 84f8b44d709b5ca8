'use client';

import { LoaderCircle, X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import { useEffect, useRef, type FormEvent, type ReactNode } from 'react';
import { cn } from '../_lib/cn';
import { Button } from './button';
import { Notice } from './states';

export const overlayClasses = 'fade fixed inset-0 z-40 bg-[oklch(0.15_0.02_230/0.45)] backdrop-blur-[2px]';

const SIZES = { sm: 'sm:w-[26rem]', md: 'sm:w-[32rem]', lg: 'sm:w-[44rem]' } as const;

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: string;
  description?: ReactNode;
  size?: keyof typeof SIZES;
  /** What must be read or copied does not go away by a click beside it or by Escape. */
  sticky?: boolean;
  footer?: ReactNode;
  children?: ReactNode;
}

/** A dialog; at phone width a sheet from below, in reach of the thumb. */
export const Dialog = ({ open, onOpenChange, title, description, size = 'md', sticky = false, footer, children }: DialogProps) => (
  <Radix.Root open={open} onOpenChange={onOpenChange}>
    <Radix.Portal>
      <Radix.Overlay className={overlayClasses} />
      <Radix.Content
        {...(description ? {} : { 'aria-describedby': undefined })}
        onInteractOutside={sticky ? (event) => event.preventDefault() : undefined}
        onEscapeKeyDown={sticky ? (event) => event.preventDefault() : undefined}
        className={cn(
          'rise fixed z-50 flex max-h-[calc(100dvh-2rem)] flex-col border border-line bg-surface shadow-pop outline-none',
          'max-sm:inset-x-0 max-sm:bottom-0 max-sm:rounded-t-2xl max-sm:border-x-0 max-sm:border-b-0 max-sm:pb-[env(safe-area-inset-bottom)]',
          'sm:top-1/2 sm:left-1/2 sm:max-w-[calc(100vw-2rem)] sm:-translate-x-1/2 sm:-translate-y-1/2 sm:rounded-xl',
          SIZES[size],
        )}
      >
        <header className="flex items-start gap-3 px-5 pt-4.5 pb-3.5">
          <div className="min-w-0 flex-1">
            <Radix.Title className="text-base font-semibold">{title}</Radix.Title>
            {description && <Radix.Description asChild><div className="mt-1 text-ink-2">{description}</div></Radix.Description>}
          </div>
          <Radix.Close asChild><Button variant="ghost" size="icon-sm" className="-mt-1 -mr-2" aria-label="Close"><X aria-hidden /></Button></Radix.Close>
        </header>
        {children && <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-0.5 pb-5">{children}</div>}
        {footer && <footer className="flex flex-wrap justify-end gap-2 border-t border-line bg-sunken/50 px-5 py-3 sm:rounded-b-xl">{footer}</footer>}
      </Radix.Content>
    </Radix.Portal>
  </Radix.Root>
);

interface FormDialogProps extends Omit<DialogProps, 'footer' | 'sticky'> {
  action: string;
  busy?: boolean;
  disabled?: boolean;
  /** What no single field can show. */
  problem?: string | null | undefined;
  onSubmit: (form: FormData) => void;
}

const FORM_ID = 'dialog-form'; // one dialog is open at a time

/** A dialog that is a form: fields in the middle, one action at the end, Enter sends it. */
export const FormDialog = ({ action, busy = false, disabled = false, problem, onSubmit, children, ...rest }: FormDialogProps) => {
  const form = useRef<HTMLFormElement>(null);
  // What was refused may be out of sight in a long form.
  useEffect(() => {
    if (!busy) form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [busy]);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    event.stopPropagation(); // portals bubble through React's tree: a form around the dialog must not be sent too
    if (!busy) onSubmit(new FormData(event.currentTarget));
  };
  return (
    <Dialog
      {...rest}
      footer={<>
        <Button onClick={() => rest.onOpenChange(false)}>Cancel</Button>
        <Button type="submit" form={FORM_ID} variant="primary" disabled={busy || disabled}>{busy && <LoaderCircle aria-hidden className="animate-spin" />}{action}</Button>
      </>}
    >
      <form ref={form} id={FORM_ID} onSubmit={submit} className="space-y-5">
        {problem && <Notice tone="danger">{problem}</Notice>}
        {children}
      </form>
    </Dialog>
  );
};
