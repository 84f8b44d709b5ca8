import { and, asc, desc, eq, type SQL } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import { agents } from './tables';

export type AgentRow = typeof agents.$inferSelect;

/** The words of the documented page, and the id. */
export const agentNotFound = (id: string) => new AppError('not_found', `Agent not found: ${id.slice(0, 64)}`);

/** The default agent first, then in the order they were made. `only` narrows to those that the caller may see. */
export const findAgents = (db: Database, options: { workspaceId: string; skip: number; limit: number; only?: SQL | undefined }): Promise<AgentRow[]> =>
  db.select().from(agents).where(and(eq(agents.workspaceId, options.workspaceId), options.only))
    .orderBy(desc(agents.isDefault), asc(agents.createdAt), asc(agents.id)).limit(options.limit).offset(options.skip);

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
