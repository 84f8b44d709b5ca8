import { sql } from 'drizzle-orm';
import { pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { users } from '../auth/tables';
import { workspaces } from '../workspaces/tables';

/** What must be readable again, encrypted: vendor keys now, passwords of trunks and webhooks' secrets later. */
export const secrets = pgTable('secrets', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  /** What it is for, such as `provider/openai`. */
  name: text().notNull(),
  /** Which encryption key sealed it. */
  keyId: text('key_id').notNull(),
  ciphertext: text().notNull(),
  /** The last characters, for people to tell keys apart. */
  hint: text().notNull().default(''),
  updatedBy: uuid('updated_by').references(() => users.id, { onDelete: 'set null' }),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
}, (table) => [uniqueIndex('secrets_name_key').on(table.workspaceId, table.name)]);
