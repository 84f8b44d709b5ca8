import { and, asc, desc, eq, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { prepared } from '../platform/db/prepared';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import { seenBy, type Sight } from './may-use-agent';
import { agents } from './tables';

export type AgentRow = typeof agents.$inferSelect;

/** The words of the documented page, and the id. */
export const agentNotFound = (id: string) => new AppError('not_found', `Agent not found: ${id.slice(0, 64)}`);

/** The default agent first, then in the order they were made. */
const inOrder = [desc(agents.isDefault), asc(agents.createdAt), asc(agents.id)];

const at = sql.placeholder;

/** What consoles and clients ask for all day: those that somebody sees. */
export const listAgents = prepared<AgentRow, Sight & { workspaceId: string; skip: number; limit: number }>((db) =>
  db.select().from(agents).where(and(eq(agents.workspaceId, at('workspaceId')), seenBy({ boundTo: at('boundTo'), seesAll: at('seesAll'), userId: at('userId') })))
    .orderBy(...inOrder).limit(at('limit')).offset(at('skip')).prepare('list_agents'));

/** The same in any other choice; `only` must narrow it to those that the caller may see. */
export const findAgents = (db: Database, options: { workspaceId: string; skip: number; limit: number; only?: SQL | undefined }): Promise<AgentRow[]> =>
  db.select().from(agents).where(and(eq(agents.workspaceId, options.workspaceId), options.only))
    .orderBy(...inOrder).limit(options.limit).offset(options.skip);

export async function getAgent(db: Database, options: { workspaceId: string; agentId: string; only?: SQL | undefined }): Promise<AgentRow> {
  if (!isUuid(options.agentId)) throw agentNotFound(options.agentId);
  const [row] = await db.select().from(agents).where(and(eq(agents.workspaceId, options.workspaceId), eq(agents.id, options.agentId), options.only));
  if (!row) throw agentNotFound(options.agentId);
  return row;
}

/** Who answers when nobody was named. Every workspace has one from its first moment. */
export async function getDefaultAgent(db: Database, workspaceId: string): Promise<AgentRow> {
  const [row] = await db.select().from(agents).where(and(eq(agents.workspaceId, workspaceId), eq(agents.isDefault, true)));
  if (!row) throw new AppError('not_found', 'The workspace has no default agent');
  return row;
}
