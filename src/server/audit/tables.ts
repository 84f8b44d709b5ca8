import { sql } from 'drizzle-orm';
import { index, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { workspaces } from '../workspaces/tables';

/** Who changed what. Names are kept as they were then: the row outlives the person and the thing. */
export const auditEvents = pgTable('audit_events', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  actorKind: text('actor_kind').notNull(),
  actorId: text('actor_id').notNull(),
  actorLabel: text('actor_label').notNull(),
  /** `agent.create`, `api_key.revoke`, … */
  action: text().notNull(),
  subjectKind: text('subject_kind').notNull(),
  subjectId: text('subject_id').notNull(),
  subjectLabel: text('subject_label').notNull().default(''),
  /** What changed; never a secret. */
  details: jsonb().$type<Record<string, unknown>>().notNull().default({}),
}, (table) => [index('audit_events_workspace_idx').on(table.workspaceId, table.at.desc().nullsFirst(), table.id)]);
