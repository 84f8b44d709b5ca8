import { and, count, eq } from 'drizzle-orm';
import { memberships } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { workspaces } from './tables';

/**
 * Whoever changes who is in a workspace waits here for whoever does already: two admins who demote the last two owners
 * at once would both see another owner left. Ends with the transaction.
 */
export async function lockMemberships(tx: Database, workspaceId: string): Promise<void> {
  // Not "for update": rows that refer to the workspace are written all the time, and need not wait.
  await tx.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for('no key update');
}

/** Under the lock, before an owner stops being one. */
export async function assertAnotherOwner(tx: Database, workspaceId: string): Promise<void> {
  const [owners] = await tx.select({ n: count() }).from(memberships).where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.role, 'owner')));
  if ((owners?.n ?? 0) < 2) throw new AppError('conflict', 'A workspace needs an owner: make somebody else one first');
}
