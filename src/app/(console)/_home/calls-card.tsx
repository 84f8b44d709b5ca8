'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { plural } from '../../_lib/format';
import { useTRPC } from '../../_lib/trpc';
import { Badge } from '../../_ui/badge';
import { Button } from '../../_ui/button';
import { Card, CardHeader } from '../../_ui/card';
import { Elapsed } from '../_components/ago';
import { callHref, otherParty } from '../calls/_lib/call-words';
import { CallStateBadge } from '../calls/_parts/call-state-badge';
import { DirectionIcon } from '../calls/_parts/direction-icon';

const EVERY_MS = 2_000;
const SHOWN = 5;

/** Who is on the telephone; nothing at all while nobody is. */
export function CallsCard() {
  const trpc = useTRPC();
  const live = useQuery(trpc.calls.list.queryOptions({ state: 'live', limit: SHOWN }, { refetchInterval: EVERY_MS, retry: false }));
  if (!live.data || live.data.total === 0) return null;
  return (
    <Card aria-labelledby="calls-title">
      <CardHeader id="calls-title" title="Live calls" action={<span className="flex items-center gap-2"><Badge tone="accent">{plural(live.data.total, 'call')}</Badge><Button asChild variant="ghost" size="sm"><Link href="/calls">View all</Link></Button></span>} />
      <ul className="divide-y divide-line">
        {live.data.calls.map((call) => (
          <li key={call.id} className="flex items-center gap-3 px-4 py-3 sm:px-5">
            <DirectionIcon direction={call.direction} />
            <div className="min-w-0 flex-1">
              <Link href={callHref(call)} className="block truncate rounded font-medium hover:underline">{otherParty(call)}</Link>
              <p className="truncate text-xs text-ink-3">{call.agent?.name ?? 'Default agent'} · <Elapsed since={call.answered_at ?? call.started_at ?? call.queued_at} /></p>
            </div>
            <CallStateBadge state={call.state} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
