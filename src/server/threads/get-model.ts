import { and, eq } from 'drizzle-orm';
import { maySeeAgent, type AgentRow } from '../agents';
import { agents } from '../agents/tables';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';

/** The agent that a client calls a model, by its id or slug, in the documented words. One that is switched off is in no list either. */
export async function getModel(db: Database, { principal, modelId }: { principal: Principal; modelId: string }): Promise<AgentRow> {
  const [row] = await db.select().from(agents).where(and(eq(agents.workspaceId, principal.workspaceId), eq(isUuid(modelId) ? agents.id : agents.slug, modelId)));
  if (!row?.isActive) throw new AppError('not_found', `Model with ID ${modelId} not found.`);
  if (!maySeeAgent(principal, row)) throw new AppError('forbidden', 'You do not have permission to access this agent.');
  return row;
}
