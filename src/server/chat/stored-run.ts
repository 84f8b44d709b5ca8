import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import { agents } from '../agents/tables';
import type { Principal } from '../auth/principal';
import { STOPPED, wasLost } from '../conversations/abandoned-reply';
import { conversations, messages } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import { AppError, ERROR_KINDS, type ErrorKind } from '../platform/errors';
import type { ChatEvent, NumberedEvent } from './chat-event';
import type { ChatResult, ChatRun } from './chat-run';
import { messageIdsOf } from './turn-id';

type MessageRow = typeof messages.$inferSelect;

const isKind = (text: string | undefined): text is ErrorKind => (ERROR_KINDS as readonly string[]).includes(text ?? '');

/** Half an answer is kept, and is none to whoever waits for one: its stream ends as the first one did. */
function errorOf(row: MessageRow): AppError | null {
  const { status, metadata: { error } } = row;
  if (wasLost(row)) return new AppError(STOPPED.kind, error?.message ?? STOPPED.message);
  switch (status) {
    case 'complete': return null;
    case 'interrupted': return new AppError(isKind(error?.kind) ? error.kind : 'cancelled', error?.message ?? 'Stopped before its end');
    case 'failed': return new AppError(isKind(error?.kind) ? error.kind : 'upstream_unavailable', error?.message ?? 'The answer failed');
  }
}

/** What was lost with its process or its reader counts as a failure, which may be sent again. */
function resultOf(row: MessageRow): ChatResult {
  const { status, content, provider, model, metadata: { toolCalls = [], responseTimeMs = 0 }, createdAt } = row;
  return { status: wasLost(row) ? 'failed' : status, text: content, provider, model, usage: null, toolCalls, responseTimeMs, finishedAt: createdAt, error: errorOf(row) };
}

/** What is left of a turn when its events are forgotten: how it ended. */
function lastEventOf({ id }: MessageRow, { error, text, provider, model, toolCalls }: ChatResult): ChatEvent {
  if (error) return { type: 'failed', error };
  return { type: 'final', messageId: id, text, provider: provider ?? '', model: model ?? '', usage: { inputTokens: 0, outputTokens: 0, cachedTokens: 0 }, toolCalls };
}

export interface StoredTurn {
  /** Null: it was cut before the first word. */
  run: ChatRun | null;
  conversationId: string;
  question: string;
  /** Its question was another turn's. */
  isRetry: boolean;
}

/** What is stored of a turn. Null: nothing. */
export async function findStoredTurn(db: Database, { principal, turnId }: { principal: Principal; turnId: string }): Promise<StoredTurn | null> {
  const { messageId, userMessageId } = messageIdsOf(principal, turnId);
  const found = await db.select({ id: messages.id, conversationId: messages.conversationId, content: messages.content }).from(messages)
    .where(and(inArray(messages.id, [messageId, userMessageId]), eq(messages.workspaceId, principal.workspaceId)));
  const [any] = found;
  if (!any) return null;
  const { conversationId } = any;
  if (!found.some(({ id }) => id === messageId)) return { run: null, conversationId, question: any.content, isRetry: false };

  // The newest of its attempts: one that failed may have been sent again.
  const [attempt] = await db.select({ reply: messages, agent: { id: agents.id, name: agents.name } }).from(messages)
    .innerJoin(conversations, eq(conversations.id, messages.conversationId)).leftJoin(agents, eq(agents.id, conversations.agentId))
    .where(and(eq(messages.conversationId, conversationId), eq(messages.turnId, turnId), eq(messages.role, 'assistant')))
    .orderBy(sql`${messages.metadata} ? 'replacedBy'`, desc(messages.seq)).limit(1);
  if (!attempt) return null;
  const { reply } = attempt;
  const [question] = await db.select({ id: messages.id, turnId: messages.turnId, content: messages.content, createdAt: messages.createdAt }).from(messages)
    .where(and(eq(messages.conversationId, conversationId), eq(messages.role, 'user'), lt(messages.seq, reply.seq))).orderBy(desc(messages.seq)).limit(1);
  const result = resultOf(reply);
  const run: ChatRun = {
    turnId, messageId: reply.id, conversationId, userMessageId: question?.id ?? reply.id, agent: attempt.agent ?? { id: '', name: '' },
    startedAt: question?.createdAt ?? reply.createdAt, lastEvent: 2, done: Promise.resolve(result),
    async *events(after = 0): AsyncGenerator<NumberedEvent> {
      let n = after;
      // Whoever asks for more than the first event has a part of what is forgotten: they get the whole again, with its last event.
      if (after === 0 && result.status !== 'failed' && result.text !== '') yield { n: ++n, event: { type: 'text-delta', text: result.text } };
      yield { n: ++n, event: lastEventOf(reply, result) };
    },
  };
  return { run, conversationId, question: question?.content ?? '', isRetry: question?.turnId !== turnId };
}
