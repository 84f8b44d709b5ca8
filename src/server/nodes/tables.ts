import { sql } from 'drizzle-orm';
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** A realtime process that may hold live sessions. A node whose lease has run out holds none. */
export const nodes = pgTable('nodes', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  /** Base URL of the node's control API. */
  address: text().notNull(),
  sessions: integer().notNull().default(0),
  startedAt: timestamp('started_at', { withTimezone: true }).notNull().defaultNow(),
  leaseExpiresAt: timestamp('lease_expires_at', { withTimezone: true }).notNull(),
});
