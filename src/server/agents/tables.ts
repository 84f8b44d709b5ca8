import { sql } from 'drizzle-orm';
import { boolean, index, jsonb, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { users } from '../auth/tables';
import { workspaces } from '../workspaces/tables';

/** Milliseconds and switches of turn-taking; what is absent has the default of realtime's session options. */
export type AgentTurnSettings = { endpointDelayMs?: number; interruptible?: boolean; interruptionMs?: number; speechThreshold?: number; silencePromptMs?: number };

export const agents = pgTable('agents', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  slug: text().notNull(),
  name: text().notNull(),
  description: text().notNull().default(''),
  systemPrompt: text('system_prompt').notNull().default(''),
  greeting: text(),
  /** `vendor/model`; null means the workspace's default model. */
  model: text(),
  /** What the model is asked with besides its name, such as temperature; the fields are those of providers.ts. */
  llmConfig: jsonb('llm_config').$type<Record<string, unknown>>().notNull().default({}),
  /** Null means the provider that this installation listens and speaks with. */
  sttProvider: text('stt_provider'),
  sttConfig: jsonb('stt_config').$type<Record<string, unknown>>().notNull().default({}),
  ttsProvider: text('tts_provider'),
  ttsConfig: jsonb('tts_config').$type<Record<string, unknown>>().notNull().default({}),
  voice: text(),
  tags: text().array().notNull().default([]),
  /** Who may use it besides admins; null means every member of the workspace. */
  allowedUserIds: uuid('allowed_user_ids').array(),
  createdBy: uuid('created_by').references(() => users.id, { onDelete: 'set null' }),
  tools: text().array().notNull().default(['DATETIME', 'CALC']),
  turnSettings: jsonb('turn_settings').$type<AgentTurnSettings>().notNull().default({}),
  isDefault: boolean('is_default').notNull().default(false),
  isActive: boolean('is_active').notNull().default(true),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
}, (table) => [
  uniqueIndex('agents_slug_key').on(table.workspaceId, table.slug),
  uniqueIndex('agents_default_key').on(table.workspaceId).where(sql`is_default`),
  index('agents_workspace_idx').on(table.workspaceId, table.createdAt),
]);
