import { and, desc, eq, lt } from 'drizzle-orm';
import { agents } from '../agents/tables';
import type { Principal } from '../auth/principal';
import { conversations, messages } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import { AppError, ERROR_KINDS, type ErrorKind } from '../platform/errors';
import type { ChatEvent, NumberedEvent } from './chat-event';
import type { ChatResult, ChatRun } from './chat-run';
import { messageIdsOf } from './turn-id';

type MessageRow = typeof messages.$inferSelect;

const isKind = (text: string | undefined): text is ErrorKind => (ERROR_KINDS as readonly string[]).includes(text ?? '');

function resultOf({ status, content, provider, model, metadata, createdAt }: MessageRow): ChatResult {
  const { error, toolCalls = [], responseTimeMs = 0 } = metadata;
  return {
    status, text: content, provider, model, usage: null, toolCalls, responseTimeMs, finishedAt: createdAt,
    error: status === 'failed' ? new AppError(isKind(error?.kind) ? error.kind : 'upstream_unavailable', error?.message ?? 'The answer failed') : null,
  };
}

/** What is left of a turn when its events are forgotten: how it ended. An interrupted reply is told as far as it came. */
function lastEventOf({ id }: MessageRow, { error, text, provider, model, toolCalls }: ChatResult): ChatEvent {
  if (error) return { type: 'failed', error };
  return { type: 'final', messageId: id, text, provider: provider ?? '', model: model ?? '', usage: { inputTokens: 0, outputTokens: 0, cachedTokens: 0 }, toolCalls };
}

/** A turn whose reply is stored, from the database. Null: there is none, because it was cut before the first word or never was. */
export async function findStoredRun(db: Database, { principal, turnId }: { principal: Principal; turnId: string }): Promise<{ run: ChatRun; question: string } | null> {
  const { workspaceId } = principal;
  const { messageId } = messageIdsOf(principal, turnId);
  const [found] = await db.select({ reply: messages, agent: { id: agents.id, name: agents.name } }).from(messages)
    .innerJoin(conversations, eq(conversations.id, messages.conversationId)).leftJoin(agents, eq(agents.id, conversations.agentId))
    .where(and(eq(messages.id, messageId), eq(messages.workspaceId, workspaceId)));
  if (!found) return null;
  const { reply } = found;
  const [question] = await db.select({ id: messages.id, content: messages.content, createdAt: messages.createdAt }).from(messages)
    .where(and(eq(messages.conversationId, reply.conversationId), eq(messages.role, 'user'), lt(messages.seq, reply.seq))).orderBy(desc(messages.seq)).limit(1);
  const result = resultOf(reply);
  const run: ChatRun = {
    turnId, messageId, conversationId: reply.conversationId, userMessageId: question?.id ?? messageId, agent: found.agent ?? { id: '', name: '' },
    startedAt: question?.createdAt ?? reply.createdAt, lastEvent: 1, done: Promise.resolve(result),
    // Whoever asks for more than the first event has a part of what is forgotten: they get the whole again, as its last event.
    async *events(after = 0): AsyncGenerator<NumberedEvent> { yield { n: after + 1, event: lastEventOf(reply, result) }; },
  };
  return { run, question: question?.content ?? '' };
}
