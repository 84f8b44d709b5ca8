import { eq } from 'drizzle-orm';
import { recordAudit } from '../audit';
import { AppError } from '../platform/errors';
import type { AgentDeps } from './agent-deps';
import { lockAgents } from './default-lock';
import { visibleTo } from './may-use-agent';
import { getAgent } from './queries';
import { agents } from './tables';

/**
 * Its conversations stay, without it. The default agent stays until somebody has chosen another: which one answers
 * callers that name none is not for us to pick.
 */
export async function removeAgent({ db, principal }: Pick<AgentDeps, 'db' | 'principal'>, agentId: string): Promise<void> {
  const { workspaceId } = principal;
  await db.transaction(async (tx) => {
    await lockAgents(tx, workspaceId);
    const stored = await getAgent(tx, { workspaceId, agentId, only: visibleTo(principal) });
    if (stored.isDefault) throw new AppError('conflict', `"${stored.name}" is the default agent; make another one the default first (PUT /api/agents/{agent_id}/set-default)`);
    await tx.delete(agents).where(eq(agents.id, stored.id));
    await recordAudit(tx, principal, { action: 'agent.delete', subject: { kind: 'agent', id: stored.id, label: stored.name } });
  });
}
