import { and, eq } from 'drizzle-orm';
import { personOf } from '../auth/person';
import type { Principal } from '../auth/principal';
import { signIns } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import type { MyWorkspace } from './contract';
import { getMembership } from './find-workspaces';

/** For this sign-in alone: the same person may work elsewhere in another browser. It configures nothing, so the log has no row of it. */
export async function switchWorkspace(db: Database, options: { principal: Principal; workspaceId: string }): Promise<MyWorkspace> {
  const { userId, signInId } = personOf(options.principal);
  if (signInId === undefined) throw new AppError('forbidden', 'Only a sign-in can switch to another workspace');
  const workspace = await getMembership(db, { userId, workspaceId: options.workspaceId });
  await db.update(signIns).set({ workspaceId: workspace.id }).where(and(eq(signIns.id, signInId), eq(signIns.userId, userId)));
  return { ...workspace, is_current: true };
}
