'use client';

import { SquarePen } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Agent } from '@/server/agents/contract';
import { cn } from '../../../_lib/cn';
import { Button } from '../../../_ui/button';
import { Card } from '../../../_ui/card';
import { Notice, Skeleton } from '../../../_ui/states';
import { Tooltip } from '../../../_ui/tooltip';
import type { PlaygroundSession } from '../../playground/_lib/playground-session';
import { usePlayground, useSnapshot } from '../../playground/_lib/use-playground';
import { Composer } from '../../playground/_parts/composer';
import { MicrophoneNotice } from '../../playground/_parts/microphone-notice';
import { ThreadView } from '../../playground/_parts/thread-view';

interface TestPanelProps {
  agent: Agent;
  dirty: boolean;
  className: string | undefined;
}

/** The agent as it was last saved, to write or talk to while it is being changed. */
export function TestPanel({ agent, dirty, className }: TestPanelProps) {
  const session = usePlayground();
  return (
    <Card aria-label="Test" className={cn('flex h-[min(44rem,calc(100dvh-6rem))] min-h-96 flex-col overflow-hidden bg-bg xl:sticky xl:top-5', className)}>
      {!agent.is_active && <p className="m-auto max-w-64 text-center text-ink-2">The agent is switched off. Switch it on to talk with it.</p>}
      {agent.is_active && (session ? <Talking session={session} agent={agent} dirty={dirty} /> : <div className="p-4"><Skeleton className="h-8 w-40" /></div>)}
    </Card>
  );
}

function Talking({ session, agent, dirty }: { session: PlaygroundSession; agent: Agent; dirty: boolean }) {
  const snapshot = useSnapshot(session);
  useEffect(() => session.setAgent(agent.id), [session, agent.id]);
  // A conversation keeps the settings that it began with, so after a save the next words begin another one.
  const savedAt = useRef(agent.updated_at);
  const begun = snapshot.thread.turns.length > 0;
  const outdated = begun && savedAt.current !== agent.updated_at;
  if (!begun) savedAt.current = agent.updated_at;
  const restart = () => {
    savedAt.current = agent.updated_at;
    session.newConversation();
  };
  return (
    <>
      <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line bg-surface pr-2 pl-4">
        <h2 className="mr-auto text-[0.9375rem] font-semibold">Test</h2>
        <Tooltip content="New conversation"><Button variant="ghost" size="icon-sm" aria-label="New test conversation" disabled={!begun} onClick={restart}><SquarePen aria-hidden /></Button></Tooltip>
      </header>
      <ThreadView session={session} snapshot={snapshot} loading={false} compact />
      <div className="space-y-2 p-3 pt-0">
        {dirty && <p role="status" className="px-1 text-xs text-ink-3">You talk to the agent as last saved.</p>}
        {outdated && !dirty && <p role="status" className="flex items-center justify-between gap-2 rounded-lg bg-accent-soft py-1 pr-1 pl-3 text-[0.8125rem] text-accent-ink">Saved: the next conversation has it.<Button size="sm" onClick={restart}>Start it</Button></p>}
        {snapshot.problem && <Notice tone="danger" action={<Button size="sm" onClick={() => session.retry()}>Reconnect</Button>}>{snapshot.problem}</Notice>}
        {snapshot.microphoneProblem && <MicrophoneNotice problem={snapshot.microphoneProblem} />}
        <Composer session={session} snapshot={snapshot} compact />
      </div>
    </>
  );
}
