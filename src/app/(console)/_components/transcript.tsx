import { MessageSquareDashed } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ConversationDetail, ConversationMessage } from '@/server/conversations/contract';
import { cn } from '../../_lib/cn';
import { formatMs, formatTime } from '../../_lib/format';
import { Badge } from '../../_ui/badge';
import { Card, CardHeader } from '../../_ui/card';
import { EmptyState } from '../../_ui/states';
import { isShown } from './shown-messages';
import { AgentSaid, PersonSaid, type Way } from './speech';
import { ToolCall, ToolText } from './tool-call';
import { totalMs } from './turn-parts';
import { TurnTiming } from './turn-timing';

interface TranscriptProps {
  conversation: ConversationDetail;
  /** The message a search led to. */
  found?: number | null;
  /** At the end of the header, and below the last words. */
  action?: ReactNode;
  footer?: ReactNode;
}

export function Transcript({ conversation, found = null, action, footer }: TranscriptProps) {
  const shown = conversation.messages.filter(isShown);
  const scaleMs = Math.max(1, ...shown.flatMap(({ metadata }) => (metadata.trace ? [totalMs(metadata.trace)] : [])));
  const spokenTurns = new Set(shown.flatMap((message) => (message.metadata.trace?.speechMs ? [message.turn_id] : [])));
  const wayOf = (message: ConversationMessage): Way => {
    if (typeof message.metadata.digits === 'string') return 'keys';
    return conversation.channel === 'phone' || (conversation.channel !== 'chat' && spokenTurns.has(message.turn_id)) ? 'spoken' : 'typed';
  };
  return (
    <Card aria-labelledby="transcript-title">
      <CardHeader id="transcript-title" title="Transcript" action={action} />
      {shown.length === 0
        ? <EmptyState icon={MessageSquareDashed} title="No words yet">{conversation.status === 'active' ? 'They appear here while the session goes on.' : 'The session ended before anything was said.'}</EmptyState>
        : (
          <ol className="space-y-6 px-4 py-5 sm:px-6">
            {shown.map((message) => (
              <li key={message.id} id={`message-${message.seq}`} className={cn('-mx-2 rounded-xl px-2', message.seq === found && 'bg-sunken py-2')}>
                {message.role === 'user'
                  ? <PersonSaid way={wayOf(message)} footer={<> · {formatTime(new Date(message.created_at))}</>}>{message.content}</PersonSaid>
                  : <Answer message={message} name={conversation.agent_name ?? 'Agent'} scaleMs={scaleMs} />}
              </li>
            ))}
          </ol>
        )}
      {footer}
    </Card>
  );
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

function Answer({ message, name, scaleMs }: { message: ConversationMessage; name: string; scaleMs: number }) {
  const { trace, toolCalls } = message.metadata;
  return (
    <AgentSaid
      name={name}
      muted={message.status === 'failed'}
      tools={toolCalls?.map((call) => (
        <ToolCall key={call.id} label={call.label ?? call.name} state={call.error === undefined ? 'done' : 'failed'} note={call.durationMs === undefined ? undefined : formatMs(call.durationMs)}>
          <ToolText title="Asked with">{asText(call.args)}</ToolText>
          <ToolText title={call.error === undefined ? 'Answered' : 'Failed'}>{call.error ?? asText(call.result)}</ToolText>
        </ToolCall>
      ))}
      footer={
        <>
          {message.status !== 'complete' && <p className="mt-1.5"><Badge tone={message.status === 'failed' ? 'danger' : 'warn'}>{message.status === 'failed' ? 'Failed' : 'Interrupted'}</Badge></p>}
          {trace && <TurnTiming trace={trace} scaleMs={scaleMs} />}
        </>
      }
    >
      {message.content || (message.status === 'complete' ? '' : 'No words were said.')}
    </AgentSaid>
  );
}
