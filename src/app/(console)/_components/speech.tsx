import { Grip, Keyboard, Mic } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from '../../_lib/cn';

const WAYS = {
  spoken: { verb: 'said', label: 'Spoken', Icon: Mic },
  typed: { verb: 'wrote', label: 'Typed', Icon: Keyboard },
  keys: { verb: 'pressed', label: 'Keys', Icon: Grip },
} as const;
export type Way = keyof typeof WAYS;

interface PersonSaidProps {
  way: Way;
  /** Sent along, above the words. */
  files?: ReactNode;
  children?: ReactNode;
  footer?: ReactNode;
}

/** What the person said, wrote, or pressed on a telephone. */
export const PersonSaid = ({ way, files, children, footer }: PersonSaidProps) => {
  const { verb, label, Icon } = WAYS[way];
  return (
    <div className="rise flex flex-col items-end pl-10 sm:pl-20">
      {files}
      {children && <div className="max-w-full rounded-2xl rounded-br-md bg-accent-soft px-4 py-2.5 text-[0.9375rem] leading-6 break-words whitespace-pre-wrap">
        <span className="sr-only">You {verb}: </span>{children}
      </div>}
      <p className="mt-1 flex items-center gap-1.5 px-1 text-2xs text-ink-3">
        <Icon aria-hidden className="size-3" />{label}{footer}
      </p>
    </div>
  );
};

/** What the agent said, with its tools before and its timing after it. */
export const AgentSaid = ({ name, tools, children, footer, muted = false }: { name: string; tools?: ReactNode; children: ReactNode; footer?: ReactNode; muted?: boolean }) => (
  <div className="rise pr-6 sm:pr-20">
    <p className="mb-0.5 text-xs font-medium text-ink-3">{name}</p>
    {tools}
    <div className={cn('text-[0.9375rem] leading-6 break-words whitespace-pre-wrap', muted && 'text-ink-2')}>{children}</div>
    {footer}
  </div>
);
