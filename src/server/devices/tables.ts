import { sql } from 'drizzle-orm';
import { index, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { agents } from '../agents/tables';
import { users } from '../auth/tables';
import { workspaces } from '../workspaces/tables';

/** A thing that talks, with a token of its own: what it may do is open a realtime session, with the agent it was given. */
export const devices = pgTable('devices', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  name: text().notNull(),
  /** Null means the workspace's default agent. */
  agentId: uuid('agent_id').references(() => agents.id, { onDelete: 'set null' }),
  /** The beginning of the token, for people to tell tokens apart; the row keeps its SHA-256. */
  tokenPrefix: text('token_prefix').notNull(),
  tokenHash: text('token_hash').notNull().unique(),
  createdBy: uuid('created_by').references(() => users.id, { onDelete: 'set null' }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  lastSeenAt: timestamp('last_seen_at', { withTimezone: true }),
  lastAddress: text('last_address'),
  revokedAt: timestamp('revoked_at', { withTimezone: true }),
}, (table) => [index('devices_workspace_idx').on(table.workspaceId, table.createdAt)]);
