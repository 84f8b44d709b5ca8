'use client';

import { ChevronRight, Workflow } from 'lucide-react';
import { Fragment, useState, type ReactNode } from 'react';
import type { CallEvent } from '@/server/calls/contract';
import { cn } from '../../../_lib/cn';
import { plural } from '../../../_lib/format';
import { Button } from '../../../_ui/button';
import { Card, CardHeader } from '../../../_ui/card';
import { EmptyState } from '../../../_ui/states';
import { ladderOf, type Rung, type RungTone } from '../_lib/ladder';

const COLORS: Record<RungTone, string> = {
  request: 'text-accent-ink',
  progress: 'text-ink-2',
  success: 'text-ok',
  challenge: 'text-warn',
  failure: 'text-danger',
  inside: 'text-ink-2',
};

/** A usual call is shown whole; one with holds and many keys when it is asked for. */
const SHOWN_AT_ONCE = 60;

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

/** Who said what to whom on the wire, top to bottom; what happened inside stands between. */
export function SipLadder({ events, other, trunk }: { events: readonly CallEvent[]; other: string; trunk: string | null }) {
  const rungs = ladderOf(events);
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? rungs : rungs.slice(0, SHOWN_AT_ONCE);
  return (
    <Card aria-labelledby="ladder-title" className="overflow-hidden">
      <CardHeader id="ladder-title" title="Signalling" action={rungs.length > 0 && <span className="text-xs text-ink-3">{plural(rungs.length, 'event')}</span>} />
      {rungs.length === 0
        ? <EmptyState icon={Workflow} title="Nothing on the wire yet" className="py-9">Every SIP message of the call is drawn here, with its time.</EmptyState>
        : (
          <>
            <div aria-hidden className="grid grid-cols-[3.75rem_minmax(0,1fr)] border-b border-line bg-sunken/60 px-3 py-2 text-xs font-medium text-ink-2 sm:px-5">
              <span className="text-ink-3">Seconds</span>
              <span className="flex justify-between gap-6">
                <span>Parley</span>
                <span className="truncate text-right">{other}{trunk && <span className="font-normal text-ink-3"> · {trunk}</span>}</span>
              </span>
            </div>
            <div role="region" aria-label="Ladder of messages" className="py-1">
              <ol>{shown.map((rung) => <li key={rung.seq}><Step rung={rung} other={other} /></li>)}</ol>
            </div>
            {shown.length < rungs.length && (
              <div className="border-t border-line px-3 py-2 text-center sm:px-5"><Button variant="ghost" size="sm" onClick={() => setWhole(true)}>Show {plural(rungs.length - shown.length, 'more event')}</Button></div>
            )}
          </>
        )}
    </Card>
  );
}

function Step({ rung, other }: { rung: Rung; other: string }) {
  const line = (
    <div className="grid min-h-11 grid-cols-[3.75rem_minmax(0,1fr)] items-stretch px-3 sm:px-5">
      <time dateTime={rung.at} className="tabular self-center pt-1 text-2xs text-ink-3">{seconds(rung.afterMs)}</time>
      <div className="relative">
        <span aria-hidden className="absolute inset-y-0 left-5 w-px bg-line" />
        <span aria-hidden className="absolute inset-y-0 right-5 w-px bg-line" />
        {rung.direction ? <Arrow rung={rung} other={other} /> : <Inside rung={rung} />}
      </div>
    </div>
  );
  if (rung.details.length === 0) return line;
  return (
    <details className="group">
      <summary className="cursor-pointer list-none -outline-offset-2 hover:bg-sunken/70 [&::-webkit-details-marker]:hidden">{line}</summary>
      <dl className="mx-3 mb-2 ml-[4.5rem] grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 rounded-lg bg-sunken px-3 py-2.5 text-xs sm:mr-5 sm:ml-20">
        {rung.details.map(([name, value]) => <Fragment key={name}><dt className="text-ink-3 first-letter:uppercase">{name}</dt><dd className="font-mono break-words whitespace-pre-wrap">{value}</dd></Fragment>)}
      </dl>
    </details>
  );
}

/** Between the two lines; what is no message on the wire, such as a key, is dotted. */
function Arrow({ rung, other }: { rung: Rung; other: string }) {
  const out = rung.direction === 'out';
  return (
    <div className={cn('absolute inset-x-5 inset-y-0', COLORS[rung.tone])}>
      <span className={cn('absolute right-4 bottom-[45%] left-4 flex items-center gap-1 pb-0.5 text-[0.8125rem] font-medium', out ? 'justify-start' : 'justify-end')}>
        <span className="sr-only">{out ? `Parley to ${other}: ` : `${other} to Parley: `}</span>
        <Label opens={rung.details.length > 0} before={!out}>{rung.label}</Label>
      </span>
      <svg aria-hidden className="absolute inset-x-0 bottom-[calc(45%-0.375rem)] h-2.5 w-full overflow-visible">
        <line x1="0" x2="100%" y1="50%" y2="50%" stroke="currentColor" strokeWidth="1.25" {...(rung.kind === 'sip' ? {} : { strokeDasharray: '3 3' })} />
        <svg x={out ? '100%' : '0'} y="50%" className="overflow-visible">
          <path d={out ? 'M-7 -3.5 0 0 -7 3.5Z' : 'M7 -3.5 0 0 7 3.5Z'} fill="currentColor" />
        </svg>
      </svg>
    </div>
  );
}

const Inside = ({ rung }: { rung: Rung }) => (
  <div className="relative flex min-h-11 items-center justify-center px-8">
    <span className={cn('inline-flex max-w-full items-center gap-1 rounded-full px-2.5 py-0.5 text-xs font-medium', rung.kind === 'state' ? 'bg-accent-soft text-accent-ink' : 'bg-sunken text-ink-2 ring-1 ring-line')}>
      <Label opens={rung.details.length > 0}>{rung.label}</Label>
    </span>
  </div>
);

/** The sign that it opens is seen when one is at it: a ladder of signs would be hard to read. */
const Label = ({ opens, before = false, children }: { opens: boolean; before?: boolean; children: ReactNode }) => (
  <>
    <span className="truncate">{children}</span>
    {opens && <ChevronRight aria-hidden className={cn('-mx-2 size-3 shrink-0 translate-x-2 opacity-0 transition group-open:rotate-90 group-open:opacity-100 group-focus-within:opacity-100 group-hover:opacity-100', before && 'order-first -translate-x-2')} />}
  </>
);
