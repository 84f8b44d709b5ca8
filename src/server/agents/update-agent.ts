import { isDeepStrictEqual } from 'node:util';
import { eq } from 'drizzle-orm';
import { recordAudit } from '../audit';
import { AppError } from '../platform/errors';
import { agentChanges, assertFitForDefault } from './agent-changes';
import type { AgentDeps } from './agent-deps';
import type { UpdateAgentInput } from './contract';
import { clearDefault, lockAgents } from './default-lock';
import { visibleTo } from './may-use-agent';
import { getAgent, type AgentRow } from './queries';
import { agents } from './tables';

/** What is absent stays as it is, and what is the same as before is no change: neither a new time nor an audit row. */
export async function updateAgent(deps: AgentDeps, { agent_id: agentId, is_default: isDefault, ...said }: UpdateAgentInput): Promise<AgentRow> {
  const { db, principal } = deps;
  const { workspaceId } = principal;
  return db.transaction(async (tx) => {
    await lockAgents(tx, workspaceId);
    const stored = await getAgent(tx, { workspaceId, agentId, only: visibleTo(principal) });
    if (stored.isDefault && isDefault === false) throw new AppError('conflict', 'is_default: there must be a default agent; make another one the default instead (PUT /api/agents/{agent_id}/set-default)');
    const values = { ...(await agentChanges(tx, said, stored, deps)), ...(isDefault === undefined ? {} : { isDefault }) };
    const changed = (Object.keys(values) as (keyof typeof values)[]).filter((name) => !isDeepStrictEqual(values[name], stored[name]));
    if (changed.length === 0) return stored;
    const next = { ...stored, ...values };
    if (next.isDefault) assertFitForDefault(next);
    if (next.isDefault && !stored.isDefault) await clearDefault(tx, workspaceId);
    const [row] = await tx.update(agents).set({ ...values, updatedAt: new Date() }).where(eq(agents.id, stored.id)).returning();
    await recordAudit(tx, principal, { action: 'agent.update', subject: { kind: 'agent', id: stored.id, label: row!.name }, details: { changed: changed.map(snakeCase) } });
    return row!;
  });
}

/** Which fields, never their words: a prompt is content. */
const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
