'use client';

import { CircleAlert, CircleCheck, X } from 'lucide-react';
import { Toast } from 'radix-ui';
import { createContext, use, useCallback, useMemo, useState, type ReactNode } from 'react';
import { Button } from './button';

interface Shown {
  id: number;
  tone: 'done' | 'failed';
  text: string;
}

interface Toasts {
  done(text: string): void;
  failed(text: string): void;
}

const Context = createContext<Toasts | null>(null);
const DONE_MS = 4_000;
const FAILED_MS = 10_000; // long enough to read what to do about it

/** Says that something was done, or that it was not: for actions whose result is not plain to see where one looks. */
export function useToasts(): Toasts {
  const toasts = use(Context);
  if (!toasts) throw new Error('useToasts needs a ToastProvider around it');
  return toasts;
}

let lastId = 0;

export function ToastProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Shown[]>([]);
  const show = useCallback((tone: Shown['tone'], text: string) => setShown((now) => [...now.slice(-2), { id: ++lastId, tone, text }]), []);
  const toasts = useMemo(() => ({ done: (text: string) => show('done', text), failed: (text: string) => show('failed', text) }), [show]);
  return (
    <Context value={toasts}>
      <Toast.Provider swipeDirection="right" label="Notice">
        {children}
        {shown.map(({ id, tone, text }) => (
          <Toast.Root
            key={id}
            type={tone === 'failed' ? 'foreground' : 'background'}
            duration={tone === 'failed' ? FAILED_MS : DONE_MS}
            onOpenChange={(open) => { if (!open) setShown((now) => now.filter((one) => one.id !== id)); }}
            className="rise pointer-events-auto flex items-start gap-2.5 rounded-xl border border-line bg-surface py-2.5 pr-2 pl-3.5 shadow-pop data-[swipe=end]:opacity-0 data-[swipe=move]:translate-x-(--radix-toast-swipe-move-x)"
          >
            {tone === 'done' ? <CircleCheck aria-hidden className="mt-1 size-4 shrink-0 text-ok" /> : <CircleAlert aria-hidden className="mt-1 size-4 shrink-0 text-danger" />}
            <Toast.Description className="min-w-0 flex-1 py-0.5 break-words">{text}</Toast.Description>
            <Toast.Close asChild><Button variant="ghost" size="icon-sm" className="size-7" aria-label="Dismiss"><X aria-hidden /></Button></Toast.Close>
          </Toast.Root>
        ))}
        <Toast.Viewport className="pointer-events-none fixed right-0 bottom-0 z-[60] flex w-full max-w-[calc(100vw)] flex-col gap-2 p-4 outline-none sm:w-96" />
      </Toast.Provider>
    </Context>
  );
}
