'use client';

import Link from 'next/link';
import { useEffect, useRef } from 'react';
import { cn } from '../../../_lib/cn';
import { LogoMark } from '../../../_ui/logo';
import { Skeleton } from '../../../_ui/states';
import { totalMs } from '../../_components/turn-parts';
import type { PlaygroundSession, PlaygroundSnapshot } from '../_lib/playground-session';
import { TurnView } from './turn-view';

const SUGGESTIONS = ['What time is it in Tokyo?', 'What is 18 percent of 240?', 'What can you do?'];
/** Closer to the end than this, new words keep scrolling into view; who has scrolled up to read is left alone. */
const STICKY_PIXELS = 120;

interface ThreadViewProps {
  session: PlaygroundSession;
  snapshot: PlaygroundSnapshot;
  loading: boolean;
  /** Beside a form: narrower, and nothing but the talk. */
  compact?: boolean;
}

export function ThreadView({ session, snapshot, loading, compact = false }: ThreadViewProps) {
  const { turns } = snapshot.thread;
  const scroller = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    const element = scroller.current;
    if (element && follows.current) element.scrollTop = element.scrollHeight;
  }, [turns]);
  const onScroll = () => {
    const element = scroller.current;
    if (element) follows.current = element.scrollHeight - element.scrollTop - element.clientHeight < STICKY_PIXELS;
  };
  const scaleMs = Math.max(1, ...turns.flatMap((turn) => (turn.trace ? [totalMs(turn.trace)] : [])));
  return (
    <div ref={scroller} onScroll={onScroll} tabIndex={0} role="log" aria-label="Conversation" className="min-h-0 flex-1 overflow-y-auto mask-b-from-[calc(100%-1.5rem)] -outline-offset-2">
      <div className={cn('mx-auto flex min-h-full w-full max-w-3xl flex-col px-4 py-6', !compact && 'sm:px-6')}>
        {loading && <div role="status" aria-label="Loading the conversation" className="space-y-4"><Skeleton className="ml-auto h-10 w-56 rounded-2xl" /><Skeleton className="h-5 w-72" /></div>}
        {!loading && turns.length === 0 && <Welcome session={session} compact={compact} />}
        <ol className="space-y-6">
          {turns.map((turn) => <li key={turn.key} className="space-y-4"><TurnView turn={turn} agentName={snapshot.agentName ?? 'Agent'} scaleMs={scaleMs} /></li>)}
        </ol>
        {turns.length > 0 && snapshot.conversationId && (snapshot.connection === 'idle' || snapshot.connection === 'closed') && (
          <p className="mt-8 text-center text-[0.8125rem] text-ink-3">
            Not connected. Say or write something to go on, or <Link className="rounded text-accent-ink underline underline-offset-2" href={`/conversations/${snapshot.conversationId}`}>open the record</Link>.
          </p>
        )}
      </div>
    </div>
  );
}

const Welcome = ({ session, compact }: { session: PlaygroundSession; compact: boolean }) => (
  <div className="m-auto flex flex-col items-center py-8 text-center">
    <LogoMark className={compact ? 'mb-3 size-9' : 'mb-5 size-12'} />
    {compact ? <p className="font-semibold">Say something</p> : <h2 className="text-xl font-semibold tracking-[-0.018em]">Say something</h2>}
    <p className="mt-1.5 max-w-sm text-ink-2">Hold the microphone button and speak, or write. Both belong to the same conversation.</p>
    <ul className="mt-6 flex flex-wrap justify-center gap-2">
      {SUGGESTIONS.map((text) => (
        <li key={text}>
          <button type="button" onClick={() => session.sendText(text)} className="rounded-full border border-line bg-surface px-3.5 py-1.5 text-[0.8125rem] text-ink-2 shadow-card transition-colors hover:border-line-strong hover:text-ink">{text}</button>
        </li>
      ))}
    </ul>
  </div>
);
