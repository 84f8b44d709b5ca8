import { isNull, sql, type SQL } from 'drizzle-orm';
import { index, integer, jsonb, pgTable, text, timestamp, uniqueIndex, uuid, type AnyPgColumn } from 'drizzle-orm/pg-core';
import { agents } from '../agents/tables';
import { users } from '../auth/tables';
import type { NewUsage } from '../usage';
import { workspaces } from '../workspaces/tables';
import { conversationVector, messageVector } from './search-text';
import type { TurnTrace } from './turn-trace';

export const CHANNELS = ['device', 'browser', 'chat', 'phone'] as const;
export type Channel = (typeof CHANNELS)[number];

export const MESSAGE_ROLES = ['user', 'assistant', 'tool', 'system'] as const;
export type MessageRole = (typeof MESSAGE_ROLES)[number];

/** complete: said in full · interrupted: cut to what was played or received · failed: the model or a part of the pipeline failed. */
export const MESSAGE_STATUSES = ['complete', 'interrupted', 'failed'] as const;
export type MessageStatus = (typeof MESSAGE_STATUSES)[number];

export interface ToolCallRecord {
  id: string;
  name: string;
  /** For people, as it was shown while it ran. */
  label?: string;
  args: Record<string, unknown>;
  result?: unknown;
  error?: string;
  durationMs?: number;
}

export interface MessageFile {
  id: string;
  fileIndex: number;
  name: string;
  mediaType: string;
  kind: string;
  sizeBytes: number;
  pageCount: number | null;
}

export interface MessageMetadata {
  trace?: TurnTrace;
  toolCalls?: ToolCallRecord[];
  responseTimeMs?: number;
  error?: { kind: string; message: string };
  /** What was sent along, in the order of its `file_index`. */
  files?: MessageFile[];
  /** The reply that was asked for in its place: it stays in the record, and neither model nor reader gets it again. */
  replacedBy?: string;
  [key: string]: unknown;
}

/** Every channel's conversations are one table. `userLabel` is a label, not an identity (see contract.ts). */
export const conversations = pgTable('conversations', {
  id: uuid().primaryKey(),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  agentId: uuid('agent_id').references(() => agents.id, { onDelete: 'set null' }),
  userId: uuid('user_id').references(() => users.id, { onDelete: 'set null' }),
  userLabel: text('user_label').notNull(),
  channel: text().$type<Channel>().notNull(),
  title: text(),
  status: text().$type<'active' | 'ended'>().notNull().default('active'),
  endReason: text('end_reason'),
  /** The realtime node that holds the live session, while there is one. */
  nodeId: uuid('node_id'),
  messageCount: integer('message_count').notNull().default(0),
  /** Who answered last: lists show it without reading messages. */
  provider: text(),
  model: text(),
  /** What was said before this point was taken over from another conversation. */
  branchedFromId: uuid('branched_from_id').references((): AnyPgColumn => conversations.id, { onDelete: 'set null' }),
  branchedAtSeq: integer('branched_at_seq'),
  metadata: jsonb().$type<Record<string, unknown>>().notNull().default({}),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
  endedAt: timestamp('ended_at', { withTimezone: true }),
}, (table) => [
  // nullsFirst, because that is what `ORDER BY … DESC` means: with the other order, which is drizzle's, Postgres would sort every row itself.
  index('conversations_recent_idx').on(table.workspaceId, table.updatedAt.desc().nullsFirst(), table.id),
  index('conversations_label_idx').on(table.workspaceId, table.userLabel, table.updatedAt.desc().nullsFirst()),
  /** A person's threads. */
  index('conversations_user_idx').on(table.workspaceId, table.userId, table.updatedAt.desc().nullsFirst()).where(sql`user_id IS NOT NULL`),
  index('conversations_search_idx').using('gin', conversationVector(table.title, table.userLabel)),
  /** By the newest live session, for GET /api/conversation/status. */
  index('conversations_session_idx').on(sql`(${table.metadata}->>'sessionId')`).where(sql`metadata ? 'sessionId'`),
  index('conversations_live_idx').on(table.nodeId).where(sql`status = 'active'`),
]);

export const messages = pgTable('messages', {
  id: uuid().primaryKey(),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  conversationId: uuid('conversation_id').notNull().references(() => conversations.id, { onDelete: 'cascade' }),
  /** Position in the conversation, from 1, without gaps. */
  seq: integer().notNull(),
  turnId: uuid('turn_id').notNull(),
  role: text().$type<MessageRole>().notNull(),
  content: text().notNull(),
  status: text().$type<MessageStatus>().notNull().default('complete'),
  provider: text(),
  model: text(),
  metadata: jsonb().$type<MessageMetadata>().notNull().default({}),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  /**
   * A reply that is being written: when it last was put down here as far as it came, and the rows of the ledger that are due
   * if nobody lives to write its end (jobs/settle-unfinished-replies.ts). It has its place in the conversation and is not told yet.
   */
  checkpointedAt: timestamp('checkpointed_at', { withTimezone: true }),
  checkpointUsage: jsonb('checkpoint_usage').$type<NewUsage[]>(),
}, (table) => [
  uniqueIndex('messages_seq_key').on(table.conversationId, table.seq),
  index('messages_workspace_idx').on(table.workspaceId, table.createdAt),
  index('messages_search_idx').using('gin', messageVector(table.content)),
  index('messages_unfinished_idx').on(table.checkpointedAt).where(sql`checkpointed_at IS NOT NULL`),
]);

/** Whoever reads is shown no reply that is being written. */
export const isTold = (message: { checkpointedAt: AnyPgColumn } = messages): SQL => isNull(message.checkpointedAt);
