import { and, count, desc, eq, gt, ilike, isNull, sql, type SQL } from 'drizzle-orm';
import { hashLinkToken } from '../auth/secret-link';
import { invitations, users } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { containing } from '../platform/db/containing';
import { AppError } from '../platform/errors';
import { workspaces } from '../workspaces/tables';
import type { Invitation, InvitationLookup, ListInput } from './contract';

/** Neither accepted nor taken back; it may have run out. */
export const isPending = () => and(isNull(invitations.acceptedAt), isNull(invitations.revokedAt));
export const isOpen = () => and(isPending(), gt(invitations.expiresAt, sql`now()`));

export const invitationIsDead = () => new AppError('not_found', 'This invitation has been used, taken back or has run out; ask for a new one');

const selectInvitations = (db: Database, where: SQL | undefined) =>
  db.select({
    id: invitations.id, email: invitations.email, role: invitations.role, invitedBy: users.email, createdAt: invitations.createdAt, expiresAt: invitations.expiresAt,
  }).from(invitations).leftJoin(users, eq(users.id, invitations.invitedBy)).where(where);

const presentInvitation = (row: Awaited<ReturnType<typeof selectInvitations>>[number]): Invitation => ({
  id: row.id,
  email: row.email,
  role: row.role,
  invited_by: row.invitedBy,
  status: row.expiresAt > new Date() ? 'open' : 'expired',
  created_at: row.createdAt.toISOString(),
  expires_at: row.expiresAt.toISOString(),
});

export async function findInvitations(db: Database, options: { workspaceId: string; filter: ListInput }) {
  const { q, limit, offset } = options.filter;
  const where = and(eq(invitations.workspaceId, options.workspaceId), isPending(), q ? ilike(invitations.email, containing(q)) : undefined);
  const rows = await selectInvitations(db, where).orderBy(desc(invitations.createdAt), invitations.id).limit(limit).offset(offset);
  const [counted] = await db.select({ total: count() }).from(invitations).where(where);
  return { invitations: rows.map(presentInvitation), total: counted?.total ?? 0, limit, offset };
}

export async function getInvitation(db: Database, options: { workspaceId: string; id: string }): Promise<Invitation> {
  const [row] = await selectInvitations(db, and(eq(invitations.workspaceId, options.workspaceId), eq(invitations.id, options.id), isPending()));
  if (!row) throw new AppError('not_found', `Invitation ${options.id.slice(0, 64)} not found`);
  return presentInvitation(row);
}

export async function lookupInvitation(db: Database, token: string): Promise<InvitationLookup> {
  const [row] = await db.select({ email: invitations.email, role: invitations.role, expiresAt: invitations.expiresAt, workspaceName: workspaces.name, userId: users.id })
    .from(invitations).innerJoin(workspaces, eq(workspaces.id, invitations.workspaceId))
    .leftJoin(users, eq(sql`lower(${users.email})`, sql`lower(${invitations.email})`))
    .where(and(eq(invitations.tokenHash, hashLinkToken(token)), isOpen()));
  if (!row) throw invitationIsDead();
  return { email: row.email, role: row.role, workspace_name: row.workspaceName, expires_at: row.expiresAt.toISOString(), has_account: row.userId !== null };
}
