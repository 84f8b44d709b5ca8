import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import type { Principal } from '../auth/principal';
import { isAbandoned } from '../conversations/abandoned-reply';
import { conversations, messages, type MessageMetadata, type MessageStatus } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { messageIdsOf } from './turn-id';

export interface Question {
  userMessageId: string;
  text: string;
  metadata: MessageMetadata;
  /** The reply that another one is wanted for; null when it got none. */
  reply: { id: string; status: MessageStatus } | null;
}

export const stillAnswered = () => new AppError('conflict', 'retry_message_id: the conversation is being answered; ask again when it has been');

/** Being written in a live session, where nothing can be asked of this process; of a session that died it grows old. */
const isBeingSpoken = sql<boolean | null>`${conversations.status} = 'active' and not ${isAbandoned()}`;

/** What is to be asked again. Only at the end of a conversation: whatever came later was an answer to the old reply. */
export async function findQuestion(db: Database, options: { principal: Principal; conversationId: string; retryMessageId: string }): Promise<Question> {
  const { principal, conversationId, retryMessageId } = options;
  const inConversation = and(eq(messages.workspaceId, principal.workspaceId), eq(messages.conversationId, conversationId));
  const columns = { id: messages.id, turnId: messages.turnId, role: messages.role, content: messages.content, metadata: messages.metadata, status: messages.status, checkpointedAt: messages.checkpointedAt, isBeingSpoken };
  const [last, before] = await db.select(columns).from(messages).innerJoin(conversations, eq(conversations.id, messages.conversationId))
    .where(and(inConversation, inArray(messages.role, ['user', 'assistant']), sql`NOT ${messages.metadata} ? 'replacedBy'`)).orderBy(desc(messages.seq)).limit(2);

  /** A retry that came to nothing gave way to the reply that stands. */
  const gaveWay = async (id: string) => {
    const [row] = await db.select({ metadata: messages.metadata }).from(messages).where(and(inConversation, eq(messages.id, retryMessageId)));
    return row?.metadata.replacedBy === id;
  };
  /** A reply that was cut before its first word is not stored; whoever waited for it knows its id all the same. */
  const isItsReply = (turnId: string) => messageIdsOf(principal, turnId).messageId === retryMessageId;

  /** Of one that nobody lives to finish, its reader knows the question alone. */
  const isUntold = last !== undefined && last.checkpointedAt !== null && before?.id === retryMessageId;

  if (last && last.id !== retryMessageId && !isUntold && !(last.role === 'user' && isItsReply(last.turnId)) && !(last.role === 'assistant' && await gaveWay(last.id)))
    throw new AppError('conflict', 'retry_message_id: only the newest reply of the conversation can be asked for again');
  if (last?.isBeingSpoken) throw stillAnswered();
  if (last?.role === 'user') return { userMessageId: last.id, text: last.content, metadata: last.metadata, reply: null };
  if (!last || before?.role !== 'user') throw new AppError('conflict', 'retry_message_id: nobody asked for this message');
  return { userMessageId: before.id, text: before.content, metadata: before.metadata, reply: { id: last.id, status: last.status } };
}
