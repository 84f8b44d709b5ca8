import Link from 'next/link';
import type { ReactNode } from 'react';
import type { CallDetail } from '@/server/calls/contract';
import { formatClock, formatDateTime } from '../../../_lib/format';
import { Card, CardHeader } from '../../../_ui/card';
import { endReasonWords, isLive } from '../_lib/call-words';
import { Fact, Facts } from './facts';

const TextLink = ({ href, children }: { href: string; children: ReactNode }) => <Link href={href} className="rounded font-medium text-accent-ink underline underline-offset-2">{children}</Link>;

export const CallDetailsCard = ({ call }: { call: CallDetail }) => (
  <Card aria-labelledby="details-title">
    <CardHeader id="details-title" title="Details" />
    <Facts className="px-4 py-2.5 sm:px-5">
      <Fact label={call.direction === 'inbound' ? 'From' : 'To'}><span className="break-all">{call.extension}</span></Fact>
      {call.called_number !== null && <Fact label="Called">{call.called_number}</Fact>}
      <Fact label="Agent">{call.agent ? <TextLink href={`/agents/${call.agent.id}`}>{call.agent.name}</TextLink> : 'Default agent'}</Fact>
      <Fact label="Trunk">{call.trunk?.name ?? (isLive(call.state) ? 'Not chosen yet' : 'None')}</Fact>
      {call.conversation_id !== null && <Fact label="Conversation"><TextLink href={`/conversations/${call.conversation_id}`}>Open</TextLink></Fact>}
      <Fact label={call.direction === 'inbound' ? 'Came in' : 'Placed'}>{formatDateTime(new Date(call.queued_at))}</Fact>
      {call.duration_seconds !== null && <Fact label="Talked">{call.duration_seconds.toFixed(1)} s</Fact>}
      {call.direction === 'outbound' && <Fact label="Rings at most">{call.ring_timeout} s</Fact>}
      <Fact label="Lasts at most">{formatClock(call.max_duration)}</Fact>
      {call.end_reason !== null && <Fact label="Ended">{endReasonWords(call.end_reason)}</Fact>}
      {call.sip_status !== null && <Fact label="SIP status">{call.sip_status}</Fact>}
      <Fact label="Call id"><span className="font-mono text-2xs break-all">{call.call_id}</span></Fact>
    </Facts>
  </Card>
);
