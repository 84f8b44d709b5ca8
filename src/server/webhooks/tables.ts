import { sql } from 'drizzle-orm';
import { bigint, index, integer, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { workspaces } from '../workspaces/tables';

/** pending: due or waiting for its next try · delivered: the receiver said 2xx · failed: no tries are left. */
export const WEBHOOK_STATES = ['pending', 'delivered', 'failed'] as const;
export type WebhookState = (typeof WEBHOOK_STATES)[number];

/** What a receiver must be told, written in the transaction that made it true. Its id is the webhook-id of every try. */
export const webhookDeliveries = pgTable('webhook_deliveries', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  /** `call.ended`. */
  event: text().notNull(),
  /** What it is about, such as the call's row. */
  subjectId: uuid('subject_id'),
  url: text().notNull(),
  /** The body, byte for byte: what is signed is what is sent, at every try. */
  body: text().notNull(),
  state: text().$type<WebhookState>().notNull().default('pending'),
  attempts: integer().notNull().default(0),
  nextAttemptAt: timestamp('next_attempt_at', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  finishedAt: timestamp('finished_at', { withTimezone: true }),
}, (table) => [
  index('webhook_deliveries_subject_idx').on(table.subjectId),
  index('webhook_deliveries_recent_idx').on(table.workspaceId, table.createdAt.desc().nullsFirst()),
  index('webhook_deliveries_pending_idx').on(table.nextAttemptAt).where(sql`state = 'pending'`),
  index('webhook_deliveries_finished_idx').on(table.finishedAt).where(sql`state <> 'pending'`),
]);

export const webhookAttempts = pgTable('webhook_attempts', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  deliveryId: uuid('delivery_id').notNull().references(() => webhookDeliveries.id, { onDelete: 'cascade' }),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  /** From 1. */
  number: integer().notNull(),
  at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  durationMs: integer('duration_ms').notNull(),
  /** Null when no answer came. */
  status: integer(),
  /** In words, when it was no success. */
  error: text(),
}, (table) => [uniqueIndex('webhook_attempts_number_key').on(table.deliveryId, table.number)]);

/** How a try went: rejected is any answer that is no 2xx, gone is 410, blocked an address that PARLEY_EGRESS_ALLOW does not allow. */
export const ATTEMPT_OUTCOMES = ['delivered', 'rejected', 'gone', 'timeout', 'unreachable', 'blocked', 'unsigned'] as const;
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** Tries ever made, for the metrics: they happen in workers, which nobody scrapes, and their rows are deleted in time. */
export const webhookTotals = pgTable('webhook_totals', {
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  outcome: text().$type<AttemptOutcome>().notNull(),
  attempts: bigint({ mode: 'number' }).notNull().default(0),
}, (table) => [primaryKey({ columns: [table.workspaceId, table.outcome] })]);
