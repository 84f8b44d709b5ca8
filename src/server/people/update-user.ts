import { and, eq } from 'drizzle-orm';
import { recordAudit } from '../audit';
import { dropPasswordResets } from '../auth/change-password';
import { ROLES, type Principal } from '../auth/principal';
import { memberships, users } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { assertAnotherOwner, lockMemberships } from '../workspaces/membership';
import type { UpdateUserInput, User } from './contract';
import { dropLinksMadeBy } from './drop-links';
import { getUser } from './find-users';
import { assertMayGive, assertNotAbove, assertRulesAccount } from './rank';

/** `lowered` tells that the person may do less than before: what they have open was allowed under the old role. */
export async function updateUser(db: Database, options: { principal: Principal; input: UpdateUserInput }): Promise<{ user: User; lowered: boolean }> {
  const { principal, input: { user_id: userId, name, role } } = options;
  const { workspaceId } = principal;
  return db.transaction(async (tx) => {
    await lockMemberships(tx, workspaceId);
    const before = await getUser(tx, { principal, userId });
    assertNotAbove(principal, before.role);
    const lowered = role !== undefined && ROLES.indexOf(role) < ROLES.indexOf(before.role);
    const details: Record<string, unknown> = {};

    if (name !== undefined && name !== before.name) {
      await assertRulesAccount(tx, principal, userId);
      await tx.update(users).set({ name }).where(eq(users.id, userId));
      details.name = { from: before.name, to: name };
    }
    if (role !== undefined && role !== before.role) {
      assertMayGive(principal, role);
      if (before.role === 'owner') await assertAnotherOwner(tx, workspaceId);
      await tx.update(memberships).set({ role }).where(and(eq(memberships.workspaceId, workspaceId), eq(memberships.userId, userId)));
      await dropPasswordResets(tx, userId);
      if (lowered) await dropLinksMadeBy(tx, { workspaceId, userId, role });
      details.role = { from: before.role, to: role };
    }
    if (Object.keys(details).length > 0) await recordAudit(tx, principal, { action: 'user.update', subject: { kind: 'user', id: userId, label: before.email }, details });
    return { user: await getUser(tx, { principal, userId }), lowered };
  });
}
