'use client';

import { Check, ChevronRight, LoaderCircle, Wrench, X } from 'lucide-react';
import { Collapsible } from 'radix-ui';
import type { ReactNode } from 'react';

interface ToolCallProps {
  label: string;
  state: 'running' | 'done' | 'failed';
  note?: string | undefined;
  /** Opens below; nothing to open when absent. */
  children?: ReactNode;
}

const ICONS = {
  running: <LoaderCircle aria-label="Running" className="size-3.5 animate-spin text-ink-3" />,
  done: <Check aria-label="Succeeded" className="size-3.5 text-ok" strokeWidth={2.5} />,
  failed: <X aria-label="Failed" className="size-3.5 text-danger" strokeWidth={2.5} />,
};

/** A tool the agent used: one quiet line, with arguments and result on demand. */
export const ToolCall = ({ label, state, note, children }: ToolCallProps) => (
  <Collapsible.Root className="rise my-1.5 w-fit max-w-full overflow-hidden rounded-lg border border-line bg-surface text-[0.8125rem]">
    <Collapsible.Trigger disabled={!children} className="group flex h-8 w-full items-center gap-2 px-2.5 text-left text-ink-2 -outline-offset-2 enabled:hover:bg-hover">
      <Wrench aria-hidden className="size-3.5 shrink-0 text-ink-3" />
      <span className="truncate">{label}</span>
      {ICONS[state]}
      {note && <span className="tabular text-ink-3">{note}</span>}
      {children && <ChevronRight aria-hidden className="size-3.5 shrink-0 text-ink-3 transition-transform group-data-[state=open]:rotate-90" />}
    </Collapsible.Trigger>
    {children && <Collapsible.Content className="border-t border-line bg-sunken px-3 py-2.5">{children}</Collapsible.Content>}
  </Collapsible.Root>
);

export const ToolText = ({ title, children }: { title: string; children: ReactNode }) => (
  <div className="not-last:mb-2">
    <p className="text-2xs font-medium text-ink-3">{title}</p>
    <pre className="overflow-x-auto font-mono text-xs break-words whitespace-pre-wrap text-ink">{children}</pre>
  </div>
);
