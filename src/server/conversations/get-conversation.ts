import { and, asc, eq } from 'drizzle-orm';
import { agents } from '../agents/tables';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import { sumConversationUsage } from '../usage/sum-conversation-usage';
import type { ConversationDetail } from './contract';
import { conversationColumns, presentConversation, presentMessage } from './present-conversation';
import { conversations, isTold, messages } from './tables';

export const CONVERSATION_NOT_FOUND = 'conversation_not_found';
export const conversationNotFound = (id: string) => new AppError('not_found', `Conversation ${id} not found`, { details: { reason: CONVERSATION_NOT_FOUND } });

/** Another workspace's conversation does not exist here, and neither does an id that is none. */
export async function getConversation(db: Database, options: { workspaceId: string; conversationId: string }): Promise<ConversationDetail> {
  const { workspaceId, conversationId } = options;
  if (!isUuid(conversationId)) throw conversationNotFound(conversationId.slice(0, 64));
  const [row] = await db.select({ ...conversationColumns, metadata: conversations.metadata })
    .from(conversations).leftJoin(agents, eq(agents.id, conversations.agentId))
    .where(and(eq(conversations.workspaceId, workspaceId), eq(conversations.id, conversationId)));
  if (!row) throw conversationNotFound(conversationId);
  const said = await db.select().from(messages)
    .where(and(eq(messages.workspaceId, workspaceId), eq(messages.conversationId, conversationId), isTold())).orderBy(asc(messages.seq));
  const { total, turns } = await sumConversationUsage(db, { workspaceId, conversationId });
  return {
    ...presentConversation(row), metadata: row.metadata, usage: total,
    messages: said.map((message) => presentMessage(message, message.role === 'assistant' ? turns.get(message.turnId) ?? null : null)),
  };
}
