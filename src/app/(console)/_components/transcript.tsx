import { MessageSquareDashed } from 'lucide-react';
import { Fragment, type ReactNode } from 'react';
import type { ConversationDetail, ConversationMessage } from '@/server/conversations/contract';
import { cn } from '../../_lib/cn';
import { formatTime } from '../../_lib/format';
import { Badge } from '../../_ui/badge';
import { Card, CardHeader } from '../../_ui/card';
import { EmptyState } from '../../_ui/states';
import { BranchedFrom } from './branched-from';
import { FileChips } from './file-chip';
import { Markdown } from './markdown';
import { isShown } from './shown-messages';
import { AgentSaid, PersonSaid, type Way } from './speech';
import { storedFiles } from './stored-files';
import { ToolUse } from './tool-use';
import { totalMs } from './turn-parts';
import { TurnTiming } from './turn-timing';
import { uploadedFileName } from './uploaded-file-name';

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
    return conversation.channel === 'phone' || spokenTurns.has(message.turn_id) ? 'spoken' : 'typed';
  };
  // What is older than the conversation came along from where it left.
  const branchAt = shown.findIndex(({ created_at: at }) => Date.parse(at) >= Date.parse(conversation.created_at));
  const branch = conversation.branched_from_id && <li><BranchedFrom href={`/conversations/${conversation.branched_from_id}`} /></li>;
  return (
    <Card aria-labelledby="transcript-title">
      <CardHeader id="transcript-title" title="Transcript" action={action} />
      {shown.length === 0
        ? <EmptyState icon={MessageSquareDashed} title="No words yet">{conversation.status === 'active' ? 'They appear here while the session goes on.' : 'The session ended before anything was said.'}</EmptyState>
        : (
          <ol className="space-y-6 px-4 py-5 sm:px-6">
            {shown.map((message, index) => (
              <Fragment key={message.id}>
                {index === branchAt && branch}
                <li id={`message-${message.seq}`} className={cn('-mx-2 rounded-xl px-2', message.seq === found && 'bg-sunken py-2')}>
                  {message.role === 'user'
                    ? <PersonSaid way={wayOf(message)} files={<FileChips files={storedFiles(message.metadata)} />} footer={<> · {formatTime(new Date(message.created_at))}</>}>{wordsOf(message)}</PersonSaid>
                    : <Answer message={message} name={conversation.agent_name ?? 'Agent'} scaleMs={scaleMs} />}
                </li>
              </Fragment>
            ))}
            {branchAt < 0 && branch}
          </ol>
        )}
      {footer}
    </Card>
  );
}

/** Of a file that was handed in by itself the chip says it all. */
const wordsOf = ({ content, metadata }: ConversationMessage): string => (uploadedFileName(content) !== null && storedFiles(metadata).length > 0 ? '' : content);

function Answer({ message, name, scaleMs }: { message: ConversationMessage; name: string; scaleMs: number }) {
  const { trace, toolCalls } = message.metadata;
  return (
    <AgentSaid
      name={name}
      muted={message.status === 'failed'}
      tools={toolCalls?.map((call) => (
        <ToolUse key={call.id} label={call.label ?? call.name} name={call.name} state={call.error === undefined ? 'done' : 'failed'} args={call.args} result={call.result} error={call.error} durationMs={call.durationMs} />
      ))}
      footer={
        <>
          {message.status !== 'complete' && <p className="mt-1.5"><Badge tone={message.status === 'failed' ? 'danger' : 'warn'}>{message.status === 'failed' ? 'Failed' : 'Interrupted'}</Badge></p>}
          {typeof message.metadata.replacedBy === 'string' && <p className="mt-1.5"><Badge>Asked again</Badge></p>}
          {trace && <TurnTiming trace={trace} scaleMs={scaleMs} />}
        </>
      }
    >
      {/* What was spoken stays as it was heard; what was written is set as it was meant. */}
      {message.content === '' ? (message.status === 'complete' ? '' : 'No words were said.') : trace?.firstAudioMs == null ? <Markdown text={message.content} /> : message.content}
    </AgentSaid>
  );
}
