import { eq } from 'drizzle-orm';
import { recordAudit } from '../audit';
import { assertFitForDefault } from './agent-changes';
import type { AgentDeps } from './agent-deps';
import { clearDefault, lockAgents } from './default-lock';
import { visibleTo } from './may-use-agent';
import { getAgent, type AgentRow } from './queries';
import { agents } from './tables';

/** Nobody ever sees two defaults, or none. */
export async function setDefaultAgent({ db, principal }: Pick<AgentDeps, 'db' | 'principal'>, agentId: string): Promise<AgentRow> {
  const { workspaceId } = principal;
  return db.transaction(async (tx) => {
    await lockAgents(tx, workspaceId);
    const stored = await getAgent(tx, { workspaceId, agentId, only: visibleTo(principal) });
    if (stored.isDefault) return stored;
    assertFitForDefault(stored);
    await clearDefault(tx, workspaceId);
    const [row] = await tx.update(agents).set({ isDefault: true, updatedAt: new Date() }).where(eq(agents.id, stored.id)).returning();
    await recordAudit(tx, principal, { action: 'agent.set_default', subject: { kind: 'agent', id: stored.id, label: stored.name } });
    return row!;
  });
}
