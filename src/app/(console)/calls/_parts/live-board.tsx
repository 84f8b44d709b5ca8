'use client';

import { PhoneCall } from 'lucide-react';
import Link from 'next/link';
import type { CallSummary } from '@/server/calls/contract';
import { Card } from '../../../_ui/card';
import { EmptyState, ErrorState, Skeleton } from '../../../_ui/states';
import { Elapsed } from '../../_components/ago';
import { useMay } from '../../_shell/use-me';
import { callHref, ordinal, otherParty, shortNumber } from '../_lib/call-words';
import { CallProgress } from './call-progress';
import { CallStateBadge } from './call-state-badge';
import { DirectionIcon } from './direction-icon';
import { HangUp } from './hang-up';

/** Who is talked to first, then who is being called, then the line in its order. */
const URGENCY: Partial<Record<CallSummary['state'], number>> = { answered: 0, ringing: 1, dialing: 2, queued: 3 };

const inOrder = (calls: readonly CallSummary[]): CallSummary[] =>
  calls.toSorted((a, b) => (URGENCY[a.state] ?? 9) - (URGENCY[b.state] ?? 9) || Date.parse(a.queued_at) - Date.parse(b.queued_at));

interface LiveBoardProps {
  calls: readonly CallSummary[] | undefined;
  total: number;
  error: { message: string } | null;
  onRetry: () => void;
}

/** Every call that is not over, one card each. */
export function LiveBoard({ calls, total, error, onRetry }: LiveBoardProps) {
  if (!calls && error) return <Card><ErrorState title="Live calls cannot be read" message={error.message} onRetry={onRetry} className="py-9" /></Card>;
  if (!calls) return <div role="status" aria-label="Loading live calls" className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3"><Skeleton className="h-30 rounded-xl" /><Skeleton className="h-30 rounded-xl max-sm:hidden" /><Skeleton className="h-30 rounded-xl max-xl:hidden" /></div>;
  if (calls.length === 0) return <Card><EmptyState icon={PhoneCall} title="Nobody is on the telephone right now" className="py-9">Calls appear here as soon as they ring or wait in line.</EmptyState></Card>;
  let waiting = 0;
  return (
    <>
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {inOrder(calls).map((call) => <li key={call.id} className="min-w-0"><LiveCall call={call} position={call.state === 'queued' ? ++waiting : null} /></li>)}
      </ul>
      {total > calls.length && <p className="mt-3 text-[0.8125rem] text-ink-3">And {(total - calls.length).toLocaleString('en')} more.</p>}
    </>
  );
}

function LiveCall({ call, position }: { call: CallSummary; position: number | null }) {
  const mayAct = useMay('operator');
  const name = otherParty(call);
  const number = shortNumber(call.extension);
  return (
    <article aria-label={`${call.direction === 'inbound' ? 'Call from' : 'Call to'} ${name}`} className="rise relative flex h-full flex-col gap-3 rounded-xl border border-line bg-surface p-4 shadow-card transition-colors hover:border-line-strong/60 has-[a:focus-visible]:outline-2 has-[a:focus-visible]:outline-accent">
      <div className="flex items-start gap-3">
        <DirectionIcon direction={call.direction} />
        <div className="min-w-0 flex-1">
          <Link href={callHref(call)} className="block truncate font-medium outline-none after:absolute after:inset-0 after:content-['']">{name}</Link>
          <p className="truncate text-xs text-ink-3">{[name === number ? null : number, call.agent?.name ?? 'Default agent', call.trunk?.name].filter(Boolean).join(' · ')}</p>
        </div>
        {mayAct && <span className="relative z-10 -mt-0.5 -mr-1.5"><HangUp call={call} iconOnly /></span>}
      </div>
      <div className="mt-auto space-y-2.5">
        <div className="flex items-center justify-between gap-3">
          <CallStateBadge state={call.state} />
          <span className="text-[0.8125rem] font-medium">
            {position !== null ? <span className="font-normal text-ink-2">{ordinal(position)} in line</span> : <Elapsed since={call.answered_at ?? call.started_at ?? call.queued_at} />}
          </span>
        </div>
        <CallProgress call={call} />
      </div>
    </article>
  );
}
