import { and, asc, desc, eq } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import { agents } from './tables';

export type AgentRow = typeof agents.$inferSelect;

export const agentNotFound = (id: string) => new AppError('not_found', `Agent ${id} not found`);

/** The default agent first, then in the order they were made. */
export const findAgents = (db: Database, options: { workspaceId: string; skip: number; limit: number }): Promise<AgentRow[]> =>
  db.select().from(agents).where(eq(agents.workspaceId, options.workspaceId))
    .orderBy(desc(agents.isDefault), asc(agents.createdAt), asc(agents.id)).limit(options.limit).offset(options.skip);

export async function getAgent(db: Database, options: { workspaceId: string; agentId: string }): Promise<AgentRow> {
  if (!isUuid(options.agentId)) throw agentNotFound(options.agentId.slice(0, 64));
  const [row] = await db.select().from(agents).where(and(eq(agents.workspaceId, options.workspaceId), eq(agents.id, options.agentId)));
  if (!row) throw agentNotFound(options.agentId);
  return row;
}

/** Who answers when nobody was named. Every workspace has one from its first moment. */
export async function getDefaultAgent(db: Database, workspaceId: string): Promise<AgentRow> {
  const [row] = await db.select().from(agents).where(and(eq(agents.workspaceId, workspaceId), eq(agents.isDefault, true)));
  if (!row) throw new AppError('not_found', 'The workspace has no default agent');
  return row;
}
