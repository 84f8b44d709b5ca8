import { and, eq, isNull, notInArray, sql } from 'drizzle-orm';
import { ROLES, type Role } from '../auth/principal';
import { invitations, passwordResets } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { isPending } from './find-invitations';

/**
 * Links that somebody made and may still have in their hands, when they leave or may do less: one to reset another
 * person's password, or to make a new member of more than they could make now, would be their way back in. `role` is
 * what they have from now on, null when they are no member any more.
 */
export async function dropLinksMadeBy(tx: Database, options: { workspaceId: string; userId: string; role: Role | null }): Promise<void> {
  const { workspaceId, userId, role } = options;
  await tx.delete(passwordResets).where(and(eq(passwordResets.createdBy, userId), isNull(passwordResets.usedAt)));
  const mayGive = role === null ? [] : ROLES.slice(0, ROLES.indexOf(role) + 1);
  await tx.update(invitations).set({ revokedAt: sql`now()` }).where(and(
    eq(invitations.workspaceId, workspaceId), eq(invitations.invitedBy, userId), isPending(), mayGive.length > 0 ? notInArray(invitations.role, mayGive) : undefined,
  ));
}
