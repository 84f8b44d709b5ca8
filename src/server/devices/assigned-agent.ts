import { getAgent } from '../agents';
import type { Database } from '../platform/db/client';
import { AppError, invalidField } from '../platform/errors';

/** The agent that a body names for a device; one that is not there is a mistake in the body. */
export async function assignedAgent(db: Database, options: { workspaceId: string; agentId: string | null | undefined }): Promise<{ id: string; name: string } | null> {
  const { workspaceId, agentId } = options;
  if (!agentId) return null;
  return getAgent(db, { workspaceId, agentId }).catch((error: unknown) => {
    if (!(error instanceof AppError && error.kind === 'not_found')) throw error;
    throw invalidField('agent_id', `there is no agent ${agentId}`, error);
  });
}
