'use client';

import { LoaderCircle } from 'lucide-react';
import { AlertDialog } from 'radix-ui';
import { useState, type ReactElement, type ReactNode } from 'react';
import { Button } from './button';
import { overlayClasses } from './dialog';
import { Field } from './field';
import { Input } from './input';
import { Notice } from './states';

interface ConfirmProps {
  /** What opens it; or leave it out and say `open`. */
  trigger?: ReactElement;
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  title: string;
  children: ReactNode;
  action: string;
  /** For what cannot be undone at all: has to be typed first. */
  typed?: string | undefined;
  /** With these the dialog stays until the work is done; the opener closes it. */
  busy?: boolean;
  problem?: string | null | undefined;
  onConfirm: () => void;
}

/** Asks before something that cannot be taken back. */
export function Confirm({ trigger, open, onOpenChange, title, children, action, typed, busy = false, problem, onConfirm }: ConfirmProps) {
  const [words, setWords] = useState('');
  const stays = open !== undefined;
  const change = (next: boolean) => {
    setWords('');
    onOpenChange?.(next);
  };
  const confirm = <Button variant="danger" disabled={busy || (typed !== undefined && words.trim() !== typed)} onClick={onConfirm}>{busy && <LoaderCircle aria-hidden className="animate-spin" />}{action}</Button>;
  return (
    <AlertDialog.Root {...(stays ? { open } : {})} onOpenChange={change}>
      {trigger && <AlertDialog.Trigger asChild>{trigger}</AlertDialog.Trigger>}
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={overlayClasses} />
        <AlertDialog.Content className="rise fixed top-1/2 left-1/2 z-50 w-[min(27rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-xl border border-line bg-surface p-5 shadow-pop">
          <AlertDialog.Title className="text-base font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description asChild><div className="mt-1.5 space-y-2 break-words text-ink-2">{children}</div></AlertDialog.Description>
          {problem && <div className="mt-3"><Notice tone="danger">{problem}</Notice></div>}
          {typed !== undefined && (
            <Field label={`Type “${typed}” to go on`} className="mt-4">
              {(control) => <Input {...control} value={words} autoComplete="off" spellCheck={false} onChange={(event) => setWords(event.target.value)} />}
            </Field>
          )}
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Cancel asChild><Button>Cancel</Button></AlertDialog.Cancel>
            {stays ? confirm : <AlertDialog.Action asChild>{confirm}</AlertDialog.Action>}
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
