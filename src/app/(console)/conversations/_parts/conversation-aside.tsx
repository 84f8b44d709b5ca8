import type { ReactNode } from 'react';
import type { ConversationDetail } from '@/server/conversations/contract';
import { formatClock, formatDateTime, formatMs, formatSeconds, median } from '../../../_lib/format';
import { Card, CardHeader } from '../../../_ui/card';
import { CHANNELS } from '../../_components/channel';
import { totalMs } from '../../_components/turn-parts';

const Row = ({ label, children }: { label: string; children: ReactNode }) => (
  <div className="flex items-baseline justify-between gap-4 py-1.5"><dt className="shrink-0 text-ink-3">{label}</dt><dd className="tabular min-w-0 text-right break-words">{children}</dd></div>
);

/** client_id, clientId → Client id */
function wordsOf(key: string): string {
  const words = key.replaceAll('_', ' ').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function ConversationAside({ conversation }: { conversation: ConversationDetail }) {
  const replies = conversation.messages.filter((message) => message.role === 'assistant');
  const traces = replies.flatMap(({ metadata }) => (metadata.trace ? [metadata.trace] : []));
  const typical = median(traces.map(totalMs));
  const models = [...new Set(replies.flatMap(({ provider, model }) => (model ? [provider && !model.includes('/') ? `${provider}/${model}` : model] : [])))];
  const tools = replies.reduce((sum, { metadata }) => sum + (metadata.toolCalls?.length ?? 0), 0);
  const heardMs = traces.reduce((sum, trace) => sum + (trace.speechMs ?? 0), 0);
  const playedMs = traces.reduce((sum, trace) => sum + (trace.playedMs ?? 0), 0);
  const lengthSeconds = (Date.parse(conversation.ended_at ?? conversation.updated_at) - Date.parse(conversation.created_at)) / 1000;
  const extra = Object.entries(conversation.metadata);
  return (
    <div className="space-y-5 lg:sticky lg:top-5">
      <Card aria-labelledby="usage-title">
        <CardHeader id="usage-title" title="Usage" />
        <dl className="px-4 py-2.5 text-[0.8125rem] sm:px-5">
          <Row label="Replies">{replies.length}</Row>
          <Row label="Typical latency">{typical === null ? '–' : formatMs(typical)}</Row>
          <Row label="Speech heard">{formatSeconds(heardMs)}</Row>
          <Row label="Speech played">{formatSeconds(playedMs)}</Row>
          <Row label="Transcribed">{formatSeconds(conversation.usage.stt_seconds * 1000)}</Row>
          <Row label="Synthesised">{conversation.usage.tts_characters.toLocaleString('en')} characters</Row>
          <Row label="Tokens in / out">{conversation.usage.input_tokens.toLocaleString('en')} / {conversation.usage.output_tokens.toLocaleString('en')}</Row>
          <Row label="Tool calls">{tools}</Row>
          <Row label="Model">{models.length === 0 ? '–' : models.join(', ')}</Row>
        </dl>
      </Card>
      <Card aria-labelledby="details-title">
        <CardHeader id="details-title" title="Details" />
        <dl className="px-4 py-2.5 text-[0.8125rem] sm:px-5">
          <Row label="Channel">{CHANNELS[conversation.channel].label}</Row>
          <Row label="Agent">{conversation.agent_name ?? 'Deleted'}</Row>
          <Row label="Who">{conversation.user_label}</Row>
          <Row label="Started">{formatDateTime(new Date(conversation.created_at))}</Row>
          <Row label="Length">{formatClock(lengthSeconds)}</Row>
          {conversation.end_reason && <Row label="Ended">{conversation.end_reason.replaceAll('_', ' ')}</Row>}
          {extra.map(([key, value]) => <Row key={key} label={wordsOf(key)}>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</Row>)}
          <Row label="Id"><span className="font-mono text-2xs">{conversation.id}</span></Row>
        </dl>
      </Card>
    </div>
  );
}
