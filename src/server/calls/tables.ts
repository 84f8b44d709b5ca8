import { sql } from 'drizzle-orm';
import { bigserial, boolean, doublePrecision, index, integer, jsonb, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { agents } from '../agents/tables';
import { trunks } from '../telephony/tables';
import { workspaces } from '../workspaces/tables';

/** Live ones first; the rest are ends. Moves are drawn in call-state.ts. */
export const LIVE_CALL_STATES = ['queued', 'dialing', 'ringing', 'answered'] as const;
export const CALL_STATES = [...LIVE_CALL_STATES, 'completed', 'no_answer', 'busy', 'failed', 'cancelled', 'unknown'] as const;
export type CallState = (typeof CALL_STATES)[number];

export interface CallChoice {
  prompt: string;
  options: { value: string; synonyms: string[] }[];
  timeoutSeconds: number;
  repeatCount: number;
}

/** Of the media, as measured on our side; milliseconds and packets. */
export interface CallMedia {
  codec: string | null;
  received: number;
  lost: number;
  jitterMs: number;
  concealed: number;
  roundTripMs: number | null;
  [key: string]: unknown;
}

/** Record and queue in one. */
export const calls = pgTable('calls', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  /** Order of the queue, and the counter in `out-{seconds}-{number}`. */
  number: bigserial({ mode: 'number' }).notNull(),
  /** What callers name it by: their own, else ours. */
  callId: text('call_id').notNull(),
  direction: text().$type<'outbound' | 'inbound'>().notNull(),
  state: text().$type<CallState>().notNull(),
  /** Why it ended: one of realtime's closed set, or `node_lost`, `queue_expired`, `max_duration`. */
  endReason: text('end_reason'),
  /** For people, in words. */
  error: text(),
  sipStatus: integer('sip_status'),
  /** Asked for or chosen; null until it is dialled over the default one. */
  trunkId: uuid('trunk_id').references(() => trunks.id, { onDelete: 'set null' }),
  agentId: uuid('agent_id').references(() => agents.id, { onDelete: 'set null' }),
  conversationId: uuid('conversation_id'),
  /** Outbound: as it was asked for. Inbound: the caller's number. */
  extension: text().notNull(),
  remoteName: text('remote_name'),
  /** Inbound: the number that was dialled. */
  calledNumber: text('called_number'),
  /** Spoken first; null on an inbound call. */
  message: text(),
  choice: jsonb().$type<CallChoice>(),
  /** After the message the agent goes on talking, instead of hanging up. */
  converse: boolean().notNull().default(false),
  callbackUrl: text('callback_url'),
  ringTimeoutSeconds: integer('ring_timeout_seconds').notNull().default(30),
  /** Answered calls are ended after this. */
  maxDurationSeconds: integer('max_duration_seconds').notNull().default(3600),
  /** SHA-256 of what was asked for: a repeated `call_id` is the same call or a conflict. */
  requestDigest: text('request_digest'),
  /** Who placed it. */
  requestedBy: text('requested_by'),
  /** The key it was placed with, for the ledger and for budgets. */
  apiKeyId: uuid('api_key_id'),
  /** Written before the INVITE leaves: a call with one is never dialled again. */
  attemptId: uuid('attempt_id'),
  /** The realtime node that dials or holds it. */
  nodeId: uuid('node_id'),
  sipCallId: text('sip_call_id'),
  messagePlayed: boolean('message_played').notNull().default(false),
  choiceResponse: text('choice_response'),
  choiceRawText: text('choice_raw_text'),
  media: jsonb().$type<CallMedia>(),
  /** Time talked, with one decimal, the same in record and webhook; null while it lasts, 0 when it was never answered. */
  durationSeconds: doublePrecision('duration_seconds'),
  queuedAt: timestamp('queued_at', { withTimezone: true }).notNull().defaultNow(),
  /** Dialled, or rung in. */
  startedAt: timestamp('started_at', { withTimezone: true }),
  ringingAt: timestamp('ringing_at', { withTimezone: true }),
  answeredAt: timestamp('answered_at', { withTimezone: true }),
  endedAt: timestamp('ended_at', { withTimezone: true }),
}, (table) => [
  uniqueIndex('calls_call_id_key').on(table.workspaceId, table.callId),
  index('calls_queue_idx').on(table.number).where(sql`state = 'queued'`),
  index('calls_live_idx').on(table.workspaceId, table.state).where(sql`state IN ('queued', 'dialing', 'ringing', 'answered')`),
  index('calls_node_idx').on(table.nodeId).where(sql`state IN ('dialing', 'ringing', 'answered')`),
  index('calls_recent_idx').on(table.workspaceId, table.queuedAt.desc().nullsFirst(), table.id),
  index('calls_started_idx').on(table.startedAt),
  index('calls_conversation_idx').on(table.conversationId),
]);

export const CALL_EVENT_KINDS = ['state', 'sip', 'media', 'key', 'speech'] as const;
export type CallEventKind = (typeof CALL_EVENT_KINDS)[number];

/** What happened in a call, for its page: the SIP ladder, moves, keys. A few hundred a call at most; no spoken words. */
export const callEvents = pgTable('call_events', {
  id: uuid().primaryKey(),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  callId: uuid('call_id').notNull().references(() => calls.id, { onDelete: 'cascade' }),
  /** Position in the call, from 1. */
  seq: integer().notNull(),
  at: timestamp({ withTimezone: true }).notNull(),
  kind: text().$type<CallEventKind>().notNull(),
  /** Of a message on the wire; null for what happens inside. */
  direction: text().$type<'in' | 'out'>(),
  /** One line: `INVITE`, `180 Ringing`, `answered`, `5`. */
  summary: text().notNull(),
  details: jsonb().$type<Record<string, unknown>>().notNull().default({}),
}, (table) => [uniqueIndex('call_events_seq_key').on(table.callId, table.seq)]);
