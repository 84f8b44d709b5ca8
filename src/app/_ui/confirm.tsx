'use client';

import { AlertDialog } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';
import { Button } from './button';

interface ConfirmProps {
  trigger: ReactElement;
  title: string;
  children: ReactNode;
  action: string;
  onConfirm: () => void;
}

/** Asks before something that cannot be taken back. */
export const Confirm = ({ trigger, title, children, action, onConfirm }: ConfirmProps) => (
  <AlertDialog.Root>
    <AlertDialog.Trigger asChild>{trigger}</AlertDialog.Trigger>
    <AlertDialog.Portal>
      <AlertDialog.Overlay className="fixed inset-0 z-40 bg-[oklch(0.15_0.02_230/0.45)] backdrop-blur-[2px]" />
      <AlertDialog.Content className="rise fixed top-1/2 left-1/2 z-50 w-[min(26rem,calc(100vw-2rem))] -translate-x-1/2 -translate-y-1/2 rounded-xl border border-line bg-surface p-5 shadow-pop">
        <AlertDialog.Title className="text-base font-semibold">{title}</AlertDialog.Title>
        <AlertDialog.Description className="mt-1.5 text-ink-2">{children}</AlertDialog.Description>
        <div className="mt-5 flex justify-end gap-2">
          <AlertDialog.Cancel asChild><Button>Cancel</Button></AlertDialog.Cancel>
          <AlertDialog.Action asChild><Button variant="danger" onClick={onConfirm}>{action}</Button></AlertDialog.Action>
        </div>
      </AlertDialog.Content>
    </AlertDialog.Portal>
  </AlertDialog.Root>
);
