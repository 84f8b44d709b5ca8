import { asc, eq } from 'drizzle-orm';
import { agents } from '../agents/tables';
import type { Database } from '../platform/db/client';
import type { DispatchRules } from './contract';
import { findPolicy } from './find-policy';
import { dispatchRules, trunks } from './tables';

/** In the order they were given. */
export async function findDispatchRules(db: Database, workspaceId: string): Promise<DispatchRules> {
  const rules = await db.select({
    id: dispatchRules.id, match: dispatchRules.match, agent_id: dispatchRules.agentId, agent: agents.name,
    trunk_id: dispatchRules.trunkId, trunk: trunks.name, priority: dispatchRules.priority,
  }).from(dispatchRules).innerJoin(agents, eq(agents.id, dispatchRules.agentId)).leftJoin(trunks, eq(trunks.id, dispatchRules.trunkId))
    .where(eq(dispatchRules.workspaceId, workspaceId)).orderBy(asc(dispatchRules.position));
  return { rules, default_agent_id: (await findPolicy(db, workspaceId)).defaultAgentId };
}
