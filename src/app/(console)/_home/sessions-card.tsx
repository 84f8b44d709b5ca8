'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { AudioLines, PhoneOff } from 'lucide-react';
import Link from 'next/link';
import type { LiveSession } from '@/server/sessions/contract';
import { plural } from '../../_lib/format';
import { useTRPC } from '../../_lib/trpc';
import { useStandingError } from '../../_lib/use-standing-error';
import { Badge } from '../../_ui/badge';
import { Button } from '../../_ui/button';
import { Card, CardHeader } from '../../_ui/card';
import { Confirm } from '../../_ui/confirm';
import { EmptyState, ErrorState, LoadingRows, Notice } from '../../_ui/states';
import { Elapsed } from '../_components/ago';
import { ChannelIcon } from '../_components/channel';
import { SessionState } from './session-state';

const SESSIONS_EVERY_MS = 2_000;

export function SessionsCard() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const live = useQuery(trpc.sessions.live.queryOptions(undefined, { refetchInterval: SESSIONS_EVERY_MS, retry: false }));
  const problem = useStandingError(live);
  const close = useMutation(trpc.sessions.close.mutationOptions({ onSettled: () => queryClient.invalidateQueries({ queryKey: trpc.sessions.live.queryKey() }) }));
  const sessions = live.data?.sessions.filter(({ channel }) => channel !== 'phone'); // those have a card of their own
  return (
    <Card aria-labelledby="sessions-title">
      <CardHeader id="sessions-title" title="Live sessions" action={sessions && sessions.length > 0 && <Badge tone="accent">{plural(sessions.length, 'session')}</Badge>} />
      {close.error && <div className="p-3 pb-0"><Notice tone="danger">{close.error.message}</Notice></div>}
      {!sessions && (problem ? <ErrorState title="Live sessions cannot be read" message={problem.message} onRetry={() => void live.refetch()} /> : <LoadingRows rows={2} label="Loading live sessions" />)}
      {sessions?.length === 0 && (
        <EmptyState icon={AudioLines} title="Nobody is talking right now" className="py-9">Conversations in browsers and with devices appear here while they go on; telephone calls have a card of their own.</EmptyState>
      )}
      {sessions && sessions.length > 0 && (
        <ul className="divide-y divide-line">{sessions.map((session) => <Row key={session.session_id} session={session} onClose={() => close.mutate({ session_id: session.session_id })} />)}</ul>
      )}
    </Card>
  );
}

const Row = ({ session, onClose }: { session: LiveSession; onClose: () => void }) => (
  <li className="flex items-center gap-3 px-4 py-3 sm:px-5">
    <ChannelIcon channel={session.channel} />
    <div className="min-w-0 flex-1">
      <Link href={`/conversations/${session.conversation_id}`} className="block truncate rounded font-medium hover:underline">{session.user_label}</Link>
      <p className="truncate text-xs text-ink-3">{session.agent_name} · {plural(session.turns, 'turn')} · <Elapsed since={session.started_at} /></p>
    </div>
    <SessionState state={session.state} />
    <Confirm
      title="End this session?"
      action="End session"
      onConfirm={onClose}
      trigger={<Button variant="ghost" size="icon-sm" aria-label={`End the session of ${session.user_label}`}><PhoneOff aria-hidden /></Button>}
    >
      {session.user_label} is disconnected at once. What was said so far is kept.
    </Confirm>
  </li>
);
