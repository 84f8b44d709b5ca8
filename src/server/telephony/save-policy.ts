import { sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import type { CallPolicyRow } from './find-policy';
import { callPolicies } from './tables';

/** Makes the row at the first change. */
export async function savePolicy(tx: Database, options: { workspaceId: string; changes: Partial<Omit<CallPolicyRow, 'workspaceId' | 'updatedAt'>> }): Promise<void> {
  const { workspaceId, changes } = options;
  await tx.insert(callPolicies).values({ workspaceId, ...changes }).onConflictDoUpdate({ target: callPolicies.workspaceId, set: { ...changes, updatedAt: sql`now()` } });
}
