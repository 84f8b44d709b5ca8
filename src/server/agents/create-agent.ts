import { recordAudit } from '../audit';
import { agentChanges, assertFitForDefault } from './agent-changes';
import type { AgentDeps } from './agent-deps';
import type { CreateAgentInput } from './contract';
import { clearDefault, lockAgents } from './default-lock';
import type { AgentRow } from './queries';
import { freeSlug } from './slug';
import { agents } from './tables';

/** A name is enough: everything else has what the installation and the workspace have. */
export async function createAgent(deps: AgentDeps, input: CreateAgentInput): Promise<AgentRow> {
  const { db, principal } = deps;
  const { workspaceId } = principal;
  const isDefault = input.is_default ?? false;
  return db.transaction(async (tx) => {
    await lockAgents(tx, workspaceId);
    const values = await agentChanges(tx, input, null, deps);
    if (isDefault) {
      assertFitForDefault(values);
      await clearDefault(tx, workspaceId);
    }
    const slug = values.slug ?? (await freeSlug(tx, workspaceId, input.name));
    const [row] = await tx.insert(agents).values({ ...values, workspaceId, slug, name: input.name, isDefault, createdBy: principal.kind === 'user' ? principal.id : null }).returning();
    await recordAudit(tx, principal, { action: 'agent.create', subject: { kind: 'agent', id: row!.id, label: row!.name }, ...(isDefault ? { details: { is_default: true } } : {}) });
    return row!;
  });
}
