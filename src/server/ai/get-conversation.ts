import { and, asc, eq, inArray, sql } from 'drizzle-orm';
import type { Principal } from '../auth/principal';
import { conversationNotFound } from '../conversations/get-conversation';
import { conversations, isTold, messages } from '../conversations/tables';
import { TITLE_CHARACTERS } from '../conversations/title';
import type { Database } from '../platform/db/client';
import { invalidField } from '../platform/errors';
import { isUuid } from '../platform/ids';
import type { AiConversationDetail } from './contract';
import { assertLabel } from './user-label';

/** What was said, as it stands: without replies that another one has taken the place of, or that are being written. */
export async function getConversation(db: Database, options: { principal: Principal; conversationId: string; userLabel: string }): Promise<AiConversationDetail> {
  const { principal, conversationId, userLabel } = options;
  const { workspaceId } = principal;
  if (!isUuid(conversationId)) throw invalidField('conversation_id', 'must be a UUID');
  const [row] = await db.select().from(conversations).where(and(eq(conversations.workspaceId, workspaceId), eq(conversations.id, conversationId)));
  if (!row) throw conversationNotFound(conversationId);
  assertLabel(principal, userLabel)(row);
  const said = await db.select({
    id: messages.id, role: messages.role, content: messages.content, createdAt: messages.createdAt, status: messages.status, metadata: messages.metadata,
  }).from(messages).where(and(
    eq(messages.workspaceId, workspaceId), eq(messages.conversationId, conversationId), inArray(messages.role, ['user', 'assistant']), isTold(), sql`NOT ${messages.metadata} ? 'replacedBy'`,
  )).orderBy(asc(messages.seq));
  const lastReply = said.findLast(({ metadata }) => metadata.responseTimeMs !== undefined);
  return {
    id: row.id, title: row.title?.slice(0, TITLE_CHARACTERS) ?? null, provider: row.provider, model: row.model, channel: row.channel, agent_id: row.agentId,
    created_at: row.createdAt.toISOString(), updated_at: row.updatedAt.toISOString(), message_count: said.length,
    messages: said.map(({ id, role, content, createdAt, status, metadata }) => ({ id, role: role === 'user' ? 'user' as const : 'assistant' as const, content, timestamp: createdAt.toISOString(), status, metadata })),
    metadata: { user_id: row.userLabel, last_response_time_ms: lastReply?.metadata.responseTimeMs ?? null },
  };
}
