import { sql } from 'drizzle-orm';
import { boolean, doublePrecision, index, integer, pgTable, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { agents } from '../agents/tables';
import { workspaces } from '../workspaces/tables';

export const SIP_TRANSPORTS = ['udp', 'tcp'] as const;
export type SipTransportName = (typeof SIP_TRANSPORTS)[number];

/** stopped: no node serves it · static: known by its addresses · waiting: registering failed and is tried again. */
export const TRUNK_STATES = ['stopped', 'static', 'registering', 'registered', 'waiting'] as const;
export type TrunkState = (typeof TRUNK_STATES)[number];

/**
 * An extension at a PBX or a provider's trunk. Its passwords are in `secrets`, as `trunk/{id}/password` and
 * `trunk/{id}/caller-password`; those of the environment's trunk stay in the environment.
 */
export const trunks = pgTable('trunks', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  name: text().notNull(),
  /** What SIP_* describes is a row too; it is written anew at every start and cannot be edited elsewhere. */
  source: text().$type<'console' | 'environment'>().notNull().default('console'),
  /** What stands behind the @ of our own address. */
  domain: text().notNull(),
  /** `host` or `host:port` where requests go, when it is not the domain. */
  proxy: text(),
  transport: text().$type<SipTransportName>().notNull().default('udp'),
  username: text().notNull(),
  /** The name for digest authentication, when it differs. */
  authUsername: text('auth_username'),
  /** False: a static trunk, which knows our address and is known by its own. */
  registers: boolean().notNull().default(true),
  /** Addresses and networks that calls may come from, besides the proxy's own. */
  allowedAddresses: text('allowed_addresses').array().notNull().default([]),
  /** Who may call in from anywhere else, with the password in `secrets`; null for nobody. */
  callerUsername: text('caller_username'),
  /** Numbers that are ours on this trunk (DID). */
  numbers: text().array().notNull().default([]),
  /** What the other party sees when we call; null shows `username`. */
  callerId: text('caller_id'),
  displayName: text('display_name'),
  /** Answers what no dispatch rule matches; null leaves it to the workspace's. */
  defaultAgentId: uuid('default_agent_id').references(() => agents.id, { onDelete: 'set null' }),
  /** Calls go out over it when none is named. */
  isDefault: boolean('is_default').notNull().default(false),
  isActive: boolean('is_active').notNull().default(true),
  /** Both directions together; null is without a limit of its own. */
  maxCalls: integer('max_calls'),
  /** Outgoing calls begun in a second; null is without a limit of its own. */
  callsPerSecond: doublePrecision('calls_per_second'),
  /** The node that serves it, while that node's lease lasts. */
  nodeId: uuid('node_id'),
  state: text().$type<TrunkState>().notNull().default('stopped'),
  /** In words, for the console; null when all is well. */
  lastError: text('last_error'),
  registeredUntil: timestamp('registered_until', { withTimezone: true }),
  stateChangedAt: timestamp('state_changed_at', { withTimezone: true }).notNull().defaultNow(),
  createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
}, (table) => [
  uniqueIndex('trunks_name_key').on(table.workspaceId, table.name),
  uniqueIndex('trunks_environment_key').on(table.source).where(sql`source = 'environment'`),
  uniqueIndex('trunks_default_key').on(table.workspaceId).where(sql`is_default`),
  index('trunks_node_idx').on(table.nodeId),
]);

/** Which agent answers which called number. Tried by priority (higher first), then exact before prefix, then longer first. */
export const dispatchRules = pgTable('dispatch_rules', {
  id: uuid().primaryKey().default(sql`gen_random_uuid()`),
  workspaceId: uuid('workspace_id').notNull().references(() => workspaces.id, { onDelete: 'cascade' }),
  /** Null: whichever trunk the call comes in by. */
  trunkId: uuid('trunk_id').references(() => trunks.id, { onDelete: 'cascade' }),
  /** A number, an extension, or a prefix that ends in `*`. */
  match: text().notNull(),
  agentId: uuid('agent_id').notNull().references(() => agents.id, { onDelete: 'cascade' }),
  priority: integer().notNull().default(0),
  /** Its place in the list that was given. */
  position: integer().notNull(),
}, (table) => [index('dispatch_rules_workspace_idx').on(table.workspaceId, table.position)]);

/** What calls of a workspace may do; without a row the defaults below count. */
export const callPolicies = pgTable('call_policies', {
  workspaceId: uuid('workspace_id').primaryKey().references(() => workspaces.id, { onDelete: 'cascade' }),
  /** Answers what neither a rule nor the trunk decides; null is the workspace's default agent. */
  defaultAgentId: uuid('default_agent_id').references(() => agents.id, { onDelete: 'set null' }),
  /** Calls at once that this workspace places; null is CALL_QUEUE_MAX_CONCURRENT alone. */
  maxConcurrent: integer('max_concurrent'),
  /** Calls begun in a second. */
  callsPerSecond: doublePrecision('calls_per_second'),
  /** Beginnings of numbers that may be called; empty allows all. */
  allowedPrefixes: text('allowed_prefixes').array().notNull().default([]),
  /** Beginnings that may not be called; they win. */
  deniedPrefixes: text('denied_prefixes').array().notNull().default([]),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull().defaultNow(),
});
