import { sql } from 'drizzle-orm';
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** The tenant: every other row belongs to one. */
export const workspaces = pgTable('workspaces', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  name: text().notNull(),
  slug: text().notNull().unique(),
  timeZone: text('time_zone').notNull().default('America/Los_Angeles'),
  /** Days after which ended conversations are deleted; null keeps them. */
  retentionDays: integer('retention_days'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
});
