import { sql } from 'drizzle-orm';
import { bigint, boolean, check, doublePrecision, index, integer, numeric, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { agents } from '../agents/tables';
import { apiKeys } from '../auth/tables';
import { workspaces } from '../workspaces/tables';

export const USAGE_LEGS = ['llm', 'stt', 'tts', 'telephony', 'embedding'] as const;
export type UsageLeg = (typeof USAGE_LEGS)[number];

/**
 * The ledger: one row for each leg of each turn, and of the language model one for each request (a turn with tools makes
 * several). Whose it was is written down here and not looked up later, because the ledger outlives what it paid for.
 * A cost is that of the price table of its day; null means that nobody knows the price, which is not nothing.
 */
export const usageRecords = pgTable('usage_records', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  conversationId: uuid('conversation_id'),
  turnId: uuid('turn_id'),
  agentId: uuid('agent_id'),
  userId: uuid('user_id'),
  apiKeyId: uuid('api_key_id'),
  userLabel: text('user_label'),
  channel: text(),
  leg: text().$type<UsageLeg>().notNull(),
  provider: text().notNull(),
  model: text().notNull(),
  inputTokens: integer('input_tokens'),
  outputTokens: integer('output_tokens'),
  cachedTokens: integer('cached_tokens'),
  audioSeconds: doublePrecision('audio_seconds'),
  characters: integer(),
  costUsd: numeric('cost_usd', { precision: 20, scale: 10 }),
  /** Which table priced it, such as `genai-prices 0.1.8`, `workspace` (its own price) or `local` (runs here, free). */
  priceVersion: text('price_version'),
  /** Counted here: the provider counted nothing. */
  estimated: boolean().notNull().default(false),
  success: text().$type<'yes' | 'no'>().notNull().default('yes'),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
}, (table) => [
  index('usage_recent_idx').on(table.workspaceId, table.createdAt),
  index('usage_turn_idx').on(table.turnId),
  index('usage_conversation_idx').on(table.conversationId),
  index('usage_label_idx').on(table.workspaceId, table.userLabel, table.createdAt),
]);

/** Stands for no agent and no key in `usage_totals`, whose key knows no null. */
export const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Every time zone's hours, days and months begin at a quarter. */
export const USAGE_TOTALS_MINUTES = 15;

/**
 * The ledger added up by the quarter of an hour, written with it, because a budget is asked about at every turn and a
 * month's records are many. Never more than that: what it has not in its key is asked of the ledger.
 */
export const usageTotals = pgTable('usage_totals', {
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  at: timestamp({ withTimezone: true }).notNull(),
  agentId: uuid('agent_id').notNull(),
  apiKeyId: uuid('api_key_id').notNull(),
  leg: text().$type<UsageLeg>().notNull(),
  records: bigint({ mode: 'number' }).notNull(),
  unpriced: bigint({ mode: 'number' }).notNull(),
  failed: bigint({ mode: 'number' }).notNull(),
  inputTokens: bigint('input_tokens', { mode: 'number' }).notNull(),
  outputTokens: bigint('output_tokens', { mode: 'number' }).notNull(),
  cachedTokens: bigint('cached_tokens', { mode: 'number' }).notNull(),
  audioSeconds: doublePrecision('audio_seconds').notNull(),
  characters: bigint({ mode: 'number' }).notNull(),
  costUsd: numeric('cost_usd', { precision: 20, scale: 10 }).notNull(),
}, (table) => [primaryKey({ columns: [table.workspaceId, table.at, table.agentId, table.apiKeyId, table.leg] })]);

/** What a workspace pays where no price table knows it, or where its contract says otherwise. The newest that has begun counts. */
export const workspacePrices = pgTable('workspace_prices', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  leg: text().$type<UsageLeg>().notNull(),
  provider: text().notNull(),
  /** `*` is every model of the provider. */
  model: text().notNull().default('*'),
  inputPerMillion: numeric('input_per_million', { precision: 20, scale: 10 }),
  cachedPerMillion: numeric('cached_per_million', { precision: 20, scale: 10 }),
  outputPerMillion: numeric('output_per_million', { precision: 20, scale: 10 }),
  perMinute: numeric('per_minute', { precision: 20, scale: 10 }),
  charactersPerMillion: numeric('characters_per_million', { precision: 20, scale: 10 }),
  startsAt: timestamp('starts_at', { withTimezone: true }).notNull().defaultNow(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
}, (table) => [uniqueIndex('workspace_prices_key').on(table.workspaceId, table.leg, table.provider, table.model, table.startsAt)]);

export const BUDGET_PERIODS = ['day', 'week', 'month'] as const;
export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

export const BUDGET_SCOPES = ['workspace', 'agent', 'api_key'] as const;
export type BudgetScope = (typeof BUDGET_SCOPES)[number];

/** What may be spent in a period (of the workspace's time zone): it warns once, then stops new turns, if it is to stop them. */
export const budgets = pgTable('budgets', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  scope: text().$type<BudgetScope>().notNull(),
  agentId: uuid('agent_id').references(() => agents.id, { onDelete: 'cascade' }),
  apiKeyId: uuid('api_key_id').references(() => apiKeys.id, { onDelete: 'cascade' }),
  period: text().$type<BudgetPeriod>().notNull(),
  limitUsd: numeric('limit_usd', { precision: 20, scale: 10 }).notNull(),
  warnPercent: integer('warn_percent').notNull().default(80),
  /** False: it warns and shows, and stops nothing. */
  stops: boolean().notNull().default(true),
  /** The period in which it last warned or stopped, by its beginning: said once each. */
  warnedFor: timestamp('warned_for', { withTimezone: true }),
  stoppedFor: timestamp('stopped_for', { withTimezone: true }),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
}, (table) => [
  index('budgets_workspace_idx').on(table.workspaceId, table.createdAt),
  uniqueIndex('budgets_key').on(table.workspaceId, table.scope, sql`coalesce(${table.agentId}, ${table.apiKeyId}, ${table.workspaceId})`, table.period),
  check('budgets_scope_check', sql`(scope = 'agent') = (agent_id IS NOT NULL) AND (scope = 'api_key') = (api_key_id IS NOT NULL)`),
]);
