'use client';

import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTRPC } from '../../../_lib/trpc';
import { Notice, Skeleton } from '../../../_ui/states';
import { Button } from '../../../_ui/button';
import type { PlaygroundSession } from '../_lib/playground-session';
import { storedTurns } from '../_lib/stored-turns';
import { usePlayground, useSnapshot } from '../_lib/use-playground';
import { useTalkKeys } from '../_lib/use-talk-keys';
import { Composer } from './composer';
import { MicrophoneNotice } from './microphone-notice';
import { PlaygroundHeader } from './playground-header';
import { ThreadView } from './thread-view';
import { TimingPanel } from './timing-panel';

interface PlaygroundViewProps {
  /** To go on with. */
  conversationId: string | undefined;
  /** To begin with; the default agent unless said. */
  agentId: string | undefined;
}

export function PlaygroundView(props: PlaygroundViewProps) {
  const session = usePlayground();
  return (
    <div className="flex h-[calc(100dvh-3.25rem-var(--banner,0px))] min-h-0 flex-col md:h-[calc(100dvh-var(--banner,0px))]">
      {session ? <Ready session={session} {...props} /> : <div role="status" aria-label="Loading" className="p-6"><Skeleton className="h-9 w-64" /></div>}
    </div>
  );
}

function Ready({ session, conversationId, agentId }: PlaygroundViewProps & { session: PlaygroundSession }) {
  const trpc = useTRPC();
  const snapshot = useSnapshot(session);
  useTalkKeys(session);
  useEffect(() => { if (agentId) session.setAgent(agentId); }, [session, agentId]);
  const stored = useQuery(trpc.conversations.get.queryOptions({ conversation_id: conversationId ?? '' }, { enabled: conversationId !== undefined, staleTime: Infinity }));
  const resumed = useRef<PlaygroundSession | null>(null);
  useEffect(() => {
    if (!stored.data || resumed.current === session) return;
    resumed.current = session; // once: what is said from now on is in the thread already
    session.resume({ id: stored.data.id, agentId: stored.data.agent_id, agentName: stored.data.agent_name, turns: storedTurns(stored.data.messages) });
  }, [session, stored.data]);

  return (
    <>
      <PlaygroundHeader session={session} snapshot={snapshot} />
      <div className="flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col">
          <ThreadView session={session} snapshot={snapshot} loading={conversationId !== undefined && stored.isPending} />
          <div className="mx-auto w-full max-w-3xl space-y-2.5 px-4 pb-4 sm:px-6">
            {stored.error && <Notice tone="danger">That conversation cannot be continued: {stored.error.message}</Notice>}
            {snapshot.problem && <Notice tone="danger" action={<Button size="sm" onClick={() => session.retry()}>Reconnect</Button>}>{snapshot.problem}</Notice>}
            {snapshot.microphoneProblem && <MicrophoneNotice problem={snapshot.microphoneProblem} />}
            <Composer session={session} snapshot={snapshot} />
          </div>
        </div>
        <TimingPanel turns={snapshot.thread.turns} />
      </div>
    </>
  );
}
