import { sql } from 'drizzle-orm';
import { doublePrecision, index, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { workspaces } from '../workspaces/tables';

export const USAGE_LEGS = ['llm', 'stt', 'tts', 'telephony'] as const;
export type UsageLeg = (typeof USAGE_LEGS)[number];

/** The ledger: one row for each leg of each turn. Costs are worked out from it, never stored in its place. */
export const usageRecords = pgTable('usage_records', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  conversationId: uuid('conversation_id'), // no reference: the ledger outlives what it paid for
  turnId: uuid('turn_id'),
  agentId: uuid('agent_id'),
  leg: text().$type<UsageLeg>().notNull(),
  provider: text().notNull(),
  model: text().notNull(),
  inputTokens: integer('input_tokens'),
  outputTokens: integer('output_tokens'),
  cachedTokens: integer('cached_tokens'),
  audioSeconds: doublePrecision('audio_seconds'),
  characters: integer(),
  success: text().$type<'yes' | 'no'>().notNull().default('yes'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
}, (table) => [index('usage_recent_idx').on(table.workspaceId, table.createdAt), index('usage_turn_idx').on(table.turnId), index('usage_conversation_idx').on(table.conversationId)]);
