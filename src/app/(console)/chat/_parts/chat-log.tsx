'use client';

import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { useTRPC } from '../../../_lib/trpc';
import { Skeleton } from '../../../_ui/states';
import { BranchedFrom } from '../../_components/branched-from';
import { totalMs } from '../../_components/turn-parts';
import type { PlaygroundSnapshot } from '../../playground/_lib/playground-session';
import { TurnView } from '../../playground/_parts/turn-view';
import type { ChatSession, ChatSnapshot } from '../_lib/chat-session';
import { AnswerView } from './answer-view';
import { QuestionView } from './question-view';
import { Welcome } from './welcome';

interface ChatLogProps {
  session: ChatSession;
  snapshot: ChatSnapshot;
  /** What is being spoken, or has just been, and is not in the record yet. */
  voice: PlaygroundSnapshot | null;
  /** The question that is being put in other words. */
  editing: string | null;
  onEdit: (key: string | null) => void;
}

export function ChatLog({ session, snapshot, voice, editing, onEdit }: ChatLogProps) {
  const { conversation, thread: { exchanges }, state } = snapshot;
  const trpc = useTRPC();
  const agents = useQuery(trpc.agents.list.queryOptions({}));
  const agentName = conversation?.agentName ?? agents.data?.find(({ id }) => id === conversation?.agentId)?.name ?? 'Agent';
  const spoken = voice?.thread.turns ?? [];
  const scaleMs = Math.max(1, ...spoken.flatMap(({ trace }) => (trace ? [totalMs(trace)] : [])));
  const ready = state === 'ready' && voice === null && !conversation?.isLive;
  if (state === 'loading') {
    return <div role="status" aria-label="Loading the thread" className="space-y-4"><Skeleton className="ml-auto h-10 w-56 rounded-2xl" /><Skeleton className="h-5 w-72" /><Skeleton className="h-5 w-96 max-w-full" /></div>;
  }
  if (exchanges.length === 0 && spoken.length === 0 && !conversation?.branchedFromId) return <Welcome onAsk={(text) => session.send(text)} isListening={voice !== null} />;
  const branch = conversation?.branchedFromId ? <BranchedFrom href={`/chat?conversation=${conversation.branchedFromId}`} /> : null;
  // What is older than the branch came along from where it left.
  const firstOwn = exchanges.findIndex(({ question }) => question !== null && (question.at === null || Date.parse(question.at) >= Date.parse(conversation?.createdAt ?? '')));
  const branchAt = firstOwn < 0 ? exchanges.length : firstOwn;
  return (
    <ol className="space-y-6">
      {exchanges.map((exchange, index) => (
        <Fragment key={exchange.key}>
          {branch && index === branchAt && <li>{branch}</li>}
          <li className="group/exchange space-y-4">
            {exchange.question && (
              <QuestionView
                question={exchange.question}
                isEditing={editing === exchange.key}
                onEdit={ready && exchange.question.messageId && conversation ? () => onEdit(exchange.key) : undefined}
                onCancel={() => onEdit(null)}
                onSend={(text) => { onEdit(null); void session.edit(exchange.key, text); }}
              />
            )}
            {exchange.answer && (
              <AnswerView
                answer={exchange.answer}
                agentName={agentName}
                onRetry={ready && index === exchanges.length - 1 && exchange.question && exchange.answer.problem?.canRetry !== false ? () => session.retry(exchange.key) : undefined}
              />
            )}
          </li>
        </Fragment>
      ))}
      {branch && branchAt === exchanges.length && <li>{branch}</li>}
      {spoken.map((turn) => <li key={turn.key} className="space-y-4"><TurnView turn={turn} agentName={voice?.agentName ?? agentName} scaleMs={scaleMs} /></li>)}
    </ol>
  );
}
