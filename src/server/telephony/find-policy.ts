import { eq } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import type { CallPolicy } from './contract';
import { callPolicies } from './tables';

export type CallPolicyRow = typeof callPolicies.$inferSelect;

/** Without a row of its own a workspace has the defaults: any number, and no limit but the installation's. */
export async function findPolicy(db: Database, workspaceId: string): Promise<Omit<CallPolicyRow, 'updatedAt'>> {
  const [row] = await db.select().from(callPolicies).where(eq(callPolicies.workspaceId, workspaceId));
  return row ?? { workspaceId, defaultAgentId: null, maxConcurrent: null, callsPerSecond: null, allowedPrefixes: [], deniedPrefixes: [] };
}

export const presentPolicy = (policy: Omit<CallPolicyRow, 'updatedAt'>): CallPolicy => ({
  default_agent_id: policy.defaultAgentId, max_concurrent: policy.maxConcurrent, calls_per_second: policy.callsPerSecond,
  allowed_prefixes: policy.allowedPrefixes, denied_prefixes: policy.deniedPrefixes,
});
