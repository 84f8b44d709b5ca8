import { and, eq } from 'drizzle-orm';
import { recordAudit } from '../audit';
import { dropPasswordResets } from '../auth/change-password';
import type { Principal } from '../auth/principal';
import { revokeSignInsOf } from '../auth/sign-ins';
import { memberships } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { assertAnotherOwner, lockMemberships } from '../workspaces/membership';
import { dropLinksMadeBy } from './drop-links';
import { getUser } from './find-users';
import { assertNotAbove } from './rank';

/**
 * Ends the membership; the account stays, for other workspaces and for a new invitation. Its sign-ins end unless the
 * person works elsewhere too: there they go on, and open nothing here.
 */
export async function removeUser(db: Database, options: { principal: Principal; userId: string }): Promise<void> {
  const { principal, userId } = options;
  const { workspaceId } = principal;
  await db.transaction(async (tx) => {
    await lockMemberships(tx, workspaceId);
    const user = await getUser(tx, { principal, userId });
    assertNotAbove(principal, user.role);
    if (user.role === 'owner') await assertAnotherOwner(tx, workspaceId);
    await tx.delete(memberships).where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
    const [elsewhere] = await tx.select({ role: memberships.role }).from(memberships).where(eq(memberships.userId, userId)).limit(1);
    if (!elsewhere) await revokeSignInsOf(tx, { userId });
    await dropPasswordResets(tx, userId);
    await dropLinksMadeBy(tx, { workspaceId, userId, role: null });
    await recordAudit(tx, principal, { action: 'user.remove', subject: { kind: 'user', id: userId, label: user.email }, details: { role: user.role } });
  });
}
