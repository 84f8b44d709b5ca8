import { and, eq, sql } from 'drizzle-orm';
import { recordAudit } from '../audit';
import { createdByOf } from '../auth/person';
import type { Principal, Role } from '../auth/principal';
import { newLinkToken } from '../auth/secret-link';
import { invitations, memberships, users } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import { lockMemberships } from '../workspaces/membership';
import type { Invitation } from './contract';
import { getInvitation, isPending } from './find-invitations';
import { assertMayGive, assertNotAbove } from './rank';

const VALID_MS = 7 * 86_400_000;

export interface NewInvitation {
  principal: Principal;
  /** In lower case, as the contract makes it. */
  email: string;
  role: Role;
  origin: string;
}

/** The link is in the answer and nowhere else. */
export async function createInvitation(db: Database, options: NewInvitation): Promise<{ invitation: Invitation; url: string }> {
  const { principal, email, role, origin } = options;
  const { workspaceId } = principal;
  assertMayGive(principal, role);
  const { token, tokenHash } = newLinkToken();
  return db.transaction(async (tx) => {
    await lockMemberships(tx, workspaceId); // two invitations at once: the later one replaces the earlier
    const [member] = await tx.select({ id: users.id }).from(memberships).innerJoin(users, eq(users.id, memberships.userId))
      .where(and(eq(memberships.workspaceId, workspaceId), eq(sql`lower(${users.email})`, email)));
    if (member) throw new AppError('conflict', `email: ${email} is a member already`);

    const before = await tx.select({ role: invitations.role }).from(invitations).where(and(eq(invitations.workspaceId, workspaceId), eq(invitations.email, email), isPending()));
    for (const one of before) assertNotAbove(principal, one.role, 'Only an owner can replace the invitation of an owner');
    await tx.update(invitations).set({ revokedAt: sql`now()` }).where(and(eq(invitations.workspaceId, workspaceId), eq(invitations.email, email), isPending()));
    const [row] = await tx.insert(invitations).values({
      workspaceId, email, role, tokenHash, invitedBy: createdByOf(principal), expiresAt: new Date(Date.now() + VALID_MS),
    }).returning({ id: invitations.id });
    const invitation = await getInvitation(tx, { workspaceId, id: row!.id });
    await recordAudit(tx, principal, {
      action: 'invitation.create', subject: { kind: 'invitation', id: invitation.id, label: email },
      details: { role, expires_at: invitation.expires_at, ...(before.length > 0 ? { replaced: true } : {}) },
    });
    return { invitation, url: `${origin}/invite/${token}` };
  });
}

export async function revokeInvitation(db: Database, options: { principal: Principal; id: string }): Promise<void> {
  const { principal, id } = options;
  const { workspaceId } = principal;
  if (!isUuid(id)) throw new AppError('not_found', `Invitation ${id.slice(0, 64)} not found`);
  await db.transaction(async (tx) => {
    await lockMemberships(tx, workspaceId);
    const invitation = await getInvitation(tx, { workspaceId, id });
    assertNotAbove(principal, invitation.role, 'Only an owner can take back the invitation of an owner');
    await tx.update(invitations).set({ revokedAt: sql`now()` }).where(and(eq(invitations.id, id), isPending()));
    await recordAudit(tx, principal, { action: 'invitation.revoke', subject: { kind: 'invitation', id, label: invitation.email } });
  });
}
