'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ArrowLeft, CircleAlert, MessagesSquare, PhoneOff, PhoneOutgoing } from 'lucide-react';
import Link from 'next/link';
import type { CallDetail } from '@/server/calls/contract';
import { useTRPC } from '../../../_lib/trpc';
import { Button } from '../../../_ui/button';
import { Card, CardHeader } from '../../../_ui/card';
import { EmptyState, ErrorState, Notice, Skeleton } from '../../../_ui/states';
import { Ago, Elapsed } from '../../_components/ago';
import { Page, PageHeader } from '../../_components/page';
import { Transcript } from '../../_components/transcript';
import { useMay } from '../../_shell/use-me';
import { endReasonWords, isLive, ordinal, otherParty, shortNumber } from '../_lib/call-words';
import { CallDetailsCard } from './call-details-card';
import { CallStateBadge } from './call-state-badge';
import { HangUp } from './hang-up';
import { LatencyCard } from './latency-card';
import { RequestCard } from './request-card';
import { SipLadder } from './sip-ladder';
import { SoundCard } from './sound-card';
import { SpeakForm } from './speak-form';
import { Timeline } from './timeline';
import { WebhookCard } from './webhook-card';

const LIVE_EVERY_MS = 1_000;
const TRUNKS_EVERY_MS = 5_000;
/** A webhook is tried again after seconds at first, and its figures and last words come in just after the end. */
const SETTLING_EVERY_MS = 3_000;
const SETTLES_WITHIN_MS = 15_000;

const isSettling = (call: CallDetail): boolean =>
  call.webhook.some(({ state }) => state === 'pending') || (call.ended_at !== null && Date.now() - Date.parse(call.ended_at) < SETTLES_WITHIN_MS);

const every = (call: CallDetail | undefined): number | false => (call === undefined ? false : isLive(call.state) ? LIVE_EVERY_MS : isSettling(call) ? SETTLING_EVERY_MS : false);

export function CallView({ id }: { id: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.calls.detail.queryOptions({ id }, { refetchInterval: ({ state }) => every(state.data) }));
  const call = query.data;
  return (
    <Page>
      <Link href="/calls" className="mb-3 inline-flex items-center gap-1.5 rounded text-[0.8125rem] font-medium text-ink-2 hover:text-ink"><ArrowLeft aria-hidden className="size-4" />Calls</Link>
      {!call && query.error && (
        <Card>{query.error.data?.httpStatus === 404
          ? <EmptyState icon={PhoneOff} title="There is no such call" action={<Button asChild><Link href="/calls">All calls</Link></Button>}>Its record may have been deleted, or the address is incomplete.</EmptyState>
          : <ErrorState title="The call cannot be read" message={query.error.message} onRetry={() => void query.refetch()} />}
        </Card>
      )}
      {!call && !query.error && (
        <div role="status" aria-label="Loading the call"><Skeleton className="mb-6 h-7 w-80 max-w-full" /><Skeleton className="mb-5 h-20 rounded-xl" /><div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]"><Skeleton className="h-96 rounded-xl" /><Skeleton className="h-72 rounded-xl" /></div></div>
      )}
      {call && <Call call={call} stale={query.error !== null} />}
    </Page>
  );
}

function Call({ call, stale }: { call: CallDetail; stale: boolean }) {
  const trpc = useTRPC();
  const mayAct = useMay('operator');
  const live = isLive(call.state);
  const settling = every(call);
  const conversation = useQuery(trpc.conversations.get.queryOptions({ conversation_id: call.conversation_id ?? '' }, {
    enabled: call.conversation_id !== null,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (live || state.data?.status === 'active' ? LIVE_EVERY_MS : settling),
  }));
  const name = otherParty(call);
  const number = shortNumber(call.extension);
  return (
    <>
      <PageHeader
        title={call.direction === 'inbound' ? `Call from ${name}` : `Call to ${name}`}
        actions={<>
          {call.conversation_id !== null && <Button asChild><Link href={`/conversations/${call.conversation_id}`}><MessagesSquare aria-hidden />Conversation</Link></Button>}
          {mayAct && live && <HangUp call={call} />}
          {mayAct && !live && <Button asChild><Link href={`/calls?new=1&to=${encodeURIComponent(call.extension)}`}><PhoneOutgoing aria-hidden />{call.direction === 'inbound' ? 'Call back' : 'Call again'}</Link></Button>}
        </>}
      >
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span aria-live="polite"><CallStateBadge state={call.state} /></span>
          {call.state === 'queued' && call.queue_position !== null && <span>{ordinal(call.queue_position)} in line</span>}
          {call.state === 'answered' && call.answered_at !== null && <span className="font-medium text-ink"><Elapsed since={call.answered_at} /></span>}
          <span>{name === number || number === '' ? '' : `${number} · `}{call.agent?.name ?? 'Default agent'}{call.trunk && ` · ${call.trunk.name}`} · <Ago when={call.queued_at} /></span>
        </p>
      </PageHeader>
      <div className="space-y-5">
        {stale && <Notice tone="warn">The server does not answer; trying again. What is shown may be old.</Notice>}
        <EndNotice call={call} />
        {call.state === 'queued' && call.trunk && <TrunkNotice trunkId={call.trunk.id} />}
        <Timeline call={call} />
        <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_20rem]">
          <div className="min-w-0 space-y-5">
            {conversation.data
              ? <Transcript conversation={conversation.data} footer={mayAct && call.state === 'answered' && <SpeakForm callId={call.call_id} />} />
              : <NoTranscript call={call} error={call.conversation_id === null ? null : (conversation.error?.message ?? null)} onRetry={() => void conversation.refetch()} />}
            <SipLadder events={call.events} other={name} trunk={call.trunk?.name ?? null} />
          </div>
          <div className="min-w-0 space-y-5">
            <RequestCard call={call} />
            {conversation.data && <LatencyCard conversation={conversation.data} />}
            <SoundCard call={call} />
            <WebhookCard callbackUrl={call.callback_url} deliveries={call.webhook} />
            <CallDetailsCard call={call} />
          </div>
        </div>
      </div>
    </>
  );
}

/** A call waits for as long as its trunk does not work: then it says so. */
function TrunkNotice({ trunkId }: { trunkId: string }) {
  const trpc = useTRPC();
  const trunks = useQuery(trpc.telephony.trunks.queryOptions(undefined, { refetchInterval: TRUNKS_EVERY_MS }));
  const trunk = trunks.data?.trunks.find(({ id }) => id === trunkId);
  if (!trunk || (trunk.is_active && trunk.last_error === null)) return null;
  return <Notice tone="warn">{trunk.is_active ? `It waits for ${trunk.name}, which does not work at the moment: ${trunk.last_error}` : `It waits for ${trunk.name}, which is off.`}</Notice>;
}

/** Why it did not go well, above everything else: as the record has it, which knows more than the reason's name. */
function EndNotice({ call }: { call: CallDetail }) {
  if (!['no_answer', 'busy', 'failed', 'unknown'].includes(call.state)) return null;
  const reason = call.error ?? (call.end_reason === null ? 'The call did not succeed' : endReasonWords(call.end_reason));
  const tone = call.state === 'failed' || call.state === 'unknown' ? 'bg-danger-soft text-danger' : 'bg-warn-soft text-warn';
  return (
    <div className={`flex items-start gap-2.5 rounded-xl px-4 py-3 ${tone}`}>
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0">
        <p className="font-semibold break-words">{reason}</p>
        {call.state === 'unknown' && <p>{call.message_played ? 'Its message had been played.' : 'Whether it was heard cannot be told.'}</p>}
      </div>
    </div>
  );
}

function NoTranscript({ call, error, onRetry }: { call: CallDetail; error: string | null; onRetry: () => void }) {
  return (
    <Card aria-labelledby="transcript-title">
      <CardHeader id="transcript-title" title="Transcript" />
      {error !== null
        ? <ErrorState title="The transcript cannot be read" message={error} onRetry={onRetry} />
        : <EmptyState icon={MessagesSquare} title="No words yet" className="py-10">{isLive(call.state) ? 'What is said appears here while the call goes on.' : 'The call ended before anything was said.'}</EmptyState>}
    </Card>
  );
}
