import { cn } from '../_lib/cn';

/** Two voices meeting: the mark is a level meter seen as a speech bubble. */
export const LogoMark = ({ className }: { className?: string }) => (
  <svg viewBox="0 0 32 32" aria-hidden className={cn('size-7', className)}>
    <path d="M9 3h14a7 7 0 0 1 7 7v9a7 7 0 0 1-7 7h-8.5L8.6 30.2A1 1 0 0 1 7 29.4V25.7A7 7 0 0 1 2 19v-9a7 7 0 0 1 7-7Z" className="fill-accent" />
    <g className="stroke-on-accent" strokeWidth="2.6" strokeLinecap="round">
      <path d="M8.9 13v3.2M13.6 9.4v10.4M18.4 11.4v6.4M23.1 13.2v2.8" />
    </g>
  </svg>
);

export const Logo = ({ className }: { className?: string }) => (
  <span className={cn('inline-flex items-center gap-2.5 text-[1.0625rem] font-semibold tracking-[-0.02em]', className)}>
    <LogoMark />Parley
  </span>
);
