import { and, desc, eq, inArray, sql } from 'drizzle-orm';
import { messages, type MessageMetadata } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';

export interface Question {
  userMessageId: string;
  text: string;
  metadata: MessageMetadata;
  /** The reply that another one is wanted for; null when it got none. */
  replyId: string | null;
}

/** What is to be asked again. Only at the end of a conversation: whatever came later was an answer to the old reply. */
export async function findQuestion(db: Database, options: { workspaceId: string; conversationId: string; retryMessageId: string }): Promise<Question> {
  const { workspaceId, conversationId, retryMessageId } = options;
  const newest = await db.select({ id: messages.id, role: messages.role, content: messages.content, metadata: messages.metadata, status: messages.status }).from(messages)
    .where(and(eq(messages.workspaceId, workspaceId), eq(messages.conversationId, conversationId), inArray(messages.role, ['user', 'assistant']), sql`NOT ${messages.metadata} ? 'replacedBy'`))
    .orderBy(desc(messages.seq)).limit(2);
  const [last, before] = newest;
  if (last?.id !== retryMessageId) throw new AppError('conflict', 'retry_message_id: only the newest reply of the conversation can be asked for again');
  if (last.role === 'user') return { userMessageId: last.id, text: last.content, metadata: last.metadata, replyId: null };
  if (before?.role !== 'user') throw new AppError('conflict', 'retry_message_id: nobody asked for this message');
  return { userMessageId: before.id, text: before.content, metadata: before.metadata, replyId: last.id };
}
