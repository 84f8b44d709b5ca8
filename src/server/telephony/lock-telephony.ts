import { eq } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { workspaces } from '../workspaces/tables';

/** One change of a workspace's telephony at a time: names, the default and the rules are decided over all of them. Rows that refer to the workspace may go on being written. */
export async function lockTelephony(tx: Database, workspaceId: string): Promise<void> {
  await tx.select({ id: workspaces.id }).from(workspaces).where(eq(workspaces.id, workspaceId)).for('no key update');
}
