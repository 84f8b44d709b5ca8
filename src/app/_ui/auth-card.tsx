import type { ReactNode } from 'react';
import { Logo } from './logo';

/** Pages of people who are not signed in: one card in the middle. */
export const AuthCard = ({ title, intro, children, footer }: { title: string; intro?: ReactNode; children?: ReactNode; footer?: ReactNode }) => (
  <main className="grid min-h-dvh place-items-center px-4 py-10">
    <div className="w-full max-w-sm">
      <div className="mb-8 flex justify-center"><Logo className="text-xl" /></div>
      <div className="rounded-2xl border border-line bg-surface p-6 shadow-card sm:p-8">
        <h1 className="text-lg font-semibold">{title}</h1>
        {intro && <div className="mt-1 break-words text-ink-2">{intro}</div>}
        {children}
      </div>
      {footer && <div className="mt-5 text-center text-[0.8125rem] text-ink-3">{footer}</div>}
    </div>
  </main>
);
