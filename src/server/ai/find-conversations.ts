import { and, desc, eq, gt, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { Principal } from '../auth/principal';
import { conversations, isTold, messages } from '../conversations/tables';
import { shortTitle } from '../conversations/title';
import { visibleTo } from '../conversations/visible';
import type { Database } from '../platform/db/client';
import type { AiConversations } from './contract';
import { EVERYBODY } from './user-label';

const said = alias(messages, 'said');

/** Without replies that gave way to another or are being written, as the conversation itself shows it; counted for the rows that are shown only. */
const visibleMessages = sql<number>`(${conversations.messageCount} - (
  SELECT count(*) FROM ${messages} AS said WHERE said.conversation_id = conversations.id AND (said.metadata ? 'replacedBy' OR NOT ${isTold(said)})
))::int`;

/** One query over one index (conversations_label_idx, or conversations_recent_idx for everybody's): what it shows stands in the row. */
export async function findConversations(db: Database, { principal, userLabel, limit }: { principal: Principal; userLabel: string; limit: number }): Promise<AiConversations> {
  const rows = await db.select({
    id: conversations.id, title: shortTitle(conversations.title), messageCount: visibleMessages,
    updatedAt: conversations.updatedAt, provider: conversations.provider, model: conversations.model, channel: conversations.channel,
    agentId: conversations.agentId, userLabel: conversations.userLabel,
  }).from(conversations)
    .where(and(eq(conversations.workspaceId, principal.workspaceId), visibleTo(principal), userLabel === EVERYBODY ? undefined : eq(conversations.userLabel, userLabel), gt(conversations.messageCount, 0)))
    .orderBy(desc(conversations.updatedAt), conversations.id).limit(limit);
  return rows.map((row) => ({
    id: row.id, title: row.title, message_count: row.messageCount, last_activity: row.updatedAt.toISOString(), provider: row.provider, model: row.model,
    channel: row.channel, agent_id: row.agentId, user_id: row.userLabel,
  }));
}
