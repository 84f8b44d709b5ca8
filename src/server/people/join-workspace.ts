import { and, eq, type SQL, sql } from 'drizzle-orm';
import { recordAudit } from '../audit';
import { dropPasswordResets } from '../auth/change-password';
import { invitations, memberships } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { lockMemberships } from '../workspaces/membership';
import { isOpen } from './find-invitations';

/**
 * Takes the invitation that `which` names and makes the person a member, in one transaction. Answers the workspace, or
 * null when somebody else took the invitation first.
 */
export async function joinWorkspace(tx: Database, options: { which: SQL; workspaceId: string; userId: string; email: string }): Promise<string | null> {
  const { userId, email, workspaceId } = options;
  await lockMemberships(tx, workspaceId); // before the row, as whoever replaces or revokes it does
  const [taken] = await tx.update(invitations).set({ acceptedAt: sql`now()` })
    .where(and(options.which, eq(invitations.workspaceId, workspaceId), isOpen())).returning({ id: invitations.id, role: invitations.role });
  if (!taken) return null;
  await tx.insert(memberships).values({ workspaceId, userId, role: taken.role }).onConflictDoNothing(); // a member already: their role stays
  await dropPasswordResets(tx, userId);
  await recordAudit(tx, { kind: 'user', id: userId, label: email, workspaceId }, {
    action: 'invitation.accept', subject: { kind: 'user', id: userId, label: email }, details: { role: taken.role, invitation_id: taken.id },
  });
  return workspaceId;
}
