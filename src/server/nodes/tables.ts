import { sql } from 'drizzle-orm';
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** A process with a lease: while it lasts, a realtime node may hold live sessions and a worker counts as running. */
export const nodes = pgTable('nodes', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  kind: text().$type<'realtime' | 'worker'>().notNull().default('realtime'),
  /** Base URL of the node's control API; '' for a node without one. */
  address: text().notNull(),
  sessions: integer().notNull().default(0),
  /** The names under which a worker locks jobs: when its lease runs out, those locks are released. */
  workerIds: text('worker_ids').array().notNull().default([]),
  /** Its process on its machine. */
  pid: integer(),
  startedAt: timestamp('started_at', { withTimezone: true }).notNull().defaultNow(),
  /** Since when the lease has lasted without a gap: who has only just come back knows nothing of others. */
  heldSince: timestamp('held_since', { withTimezone: true }).notNull().defaultNow(),
  leaseExpiresAt: timestamp('lease_expires_at', { withTimezone: true }).notNull(),
});
