import { AudioLines } from 'lucide-react';
import { Badge } from '../../../_ui/badge';
import { AgentSaid, PersonSaid } from '../../_components/speech';
import { Thinking } from '../../_components/thinking';
import { ToolCall, ToolText } from '../../_components/tool-call';
import { TurnTiming } from '../../_components/turn-timing';
import type { Turn } from '../_lib/thread';

/** One turn of a live session: what was said, and what came back. */
export function TurnView({ turn, agentName, scaleMs }: { turn: Turn; agentName: string; scaleMs: number }) {
  const { user, reply, trace, note } = turn;
  return (
    <>
      {user && (user.text || user.state === 'listening') && (
        <PersonSaid way={user.spoken ? 'spoken' : 'typed'}>
          {user.text ? <span className={user.state === 'listening' ? 'text-ink-2 caret-blink' : undefined}>{user.text}</span> : <Listening />}
        </PersonSaid>
      )}
      {reply && (
        <AgentSaid
          name={agentName}
          muted={reply.state === 'failed'}
          tools={reply.tools.map((tool, index) => (
            <ToolCall key={index} label={tool.label} state={tool.state}>{tool.message && <ToolText title={tool.name}>{tool.message}</ToolText>}</ToolCall>
          ))}
          footer={
            <>
              {(reply.state === 'interrupted' || reply.state === 'failed') && <p className="mt-1.5"><Badge tone={reply.state === 'failed' ? 'danger' : 'warn'}>{reply.state === 'failed' ? 'Failed' : 'Interrupted'}</Badge></p>}
              {trace && <TurnTiming trace={trace} scaleMs={scaleMs} />}
            </>
          }
        >
          {reply.text ? <span className={reply.state === 'streaming' ? 'caret-blink' : undefined}>{reply.text}</span> : reply.state === 'waiting' && <Thinking />}
        </AgentSaid>
      )}
      {note && <p role={note.tone === 'danger' ? 'alert' : 'status'} className={note.tone === 'danger' ? 'text-[0.8125rem] text-danger' : 'text-center text-[0.8125rem] text-ink-3'}>{note.text}</p>}
    </>
  );
}

const Listening = () => <span className="inline-flex items-center gap-2 text-ink-2"><AudioLines aria-hidden className="size-4 animate-pulse text-accent-ink" />Listening…</span>;
