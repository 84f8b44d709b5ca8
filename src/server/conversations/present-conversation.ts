import { sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import { agents } from '../agents/tables';
import type { TurnUsage } from '../usage/contract';
import type { Conversation, ConversationMessage } from './contract';
import { conversations, isTold, messages, type Channel } from './tables';
import { shortTitle } from './title';

const growing = alias(messages, 'growing');

export const conversationColumns = {
  id: conversations.id,
  channel: conversations.channel,
  status: conversations.status,
  endReason: conversations.endReason,
  title: shortTitle(sql`coalesce(${conversations.title}, (
    select first.content from ${messages} first
    where first.conversation_id = ${conversations.id} and first.role = 'user' order by first.seq limit 1))`),
  agentId: conversations.agentId,
  agentName: agents.name,
  userLabel: conversations.userLabel,
  messageCount: sql<number>`(${conversations.messageCount} - (
    select count(*) from ${messages} growing where growing.conversation_id = ${conversations.id} and not ${isTold(growing)}))::int`,
  provider: conversations.provider,
  model: conversations.model,
  branchedFromId: conversations.branchedFromId,
  branchedAtSeq: conversations.branchedAtSeq,
  createdAt: conversations.createdAt,
  updatedAt: conversations.updatedAt,
  endedAt: conversations.endedAt,
};

interface ConversationRow {
  id: string; channel: Channel; status: 'active' | 'ended'; endReason: string | null; title: string | null;
  agentId: string | null; agentName: string | null; userLabel: string; messageCount: number;
  provider: string | null; model: string | null; branchedFromId: string | null; branchedAtSeq: number | null;
  createdAt: Date; updatedAt: Date; endedAt: Date | null;
}

export const presentConversation = (row: ConversationRow): Conversation => ({
  id: row.id,
  channel: row.channel,
  status: row.status,
  end_reason: row.endReason,
  title: row.title,
  agent_id: row.agentId,
  agent_name: row.agentName,
  user_label: row.userLabel,
  message_count: row.messageCount,
  provider: row.provider,
  model: row.model,
  branched_from_id: row.branchedFromId,
  branched_at_seq: row.branchedAtSeq,
  created_at: row.createdAt.toISOString(),
  updated_at: row.updatedAt.toISOString(),
  ended_at: row.endedAt?.toISOString() ?? null,
});

export const presentMessage = (row: typeof messages.$inferSelect, usage: TurnUsage | null): ConversationMessage => ({
  id: row.id,
  seq: row.seq,
  turn_id: row.turnId,
  role: row.role,
  content: row.content,
  status: row.status,
  provider: row.provider,
  model: row.model,
  metadata: row.metadata,
  usage,
  created_at: row.createdAt.toISOString(),
});
