import { and, eq } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { workspaces } from '../workspaces/tables';
import { agents } from './tables';

/**
 * One change of a workspace's agents at a time: which is the default, and which slugs are free, is decided over all
 * of them. NO KEY UPDATE, so that rows that refer to the workspace may go on being written.
 */
export async function lockAgents(tx: Database, workspaceId: string): Promise<void> {
  await tx.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for('no key update');
}

/** Makes room for another default. Inside the lock and the transaction that then sets one. */
export async function clearDefault(tx: Database, workspaceId: string): Promise<void> {
  await tx.update(agents).set({ isDefault: false, updatedAt: new Date() }).where(and(eq(agents.workspaceId, workspaceId), eq(agents.isDefault, true)));
}
