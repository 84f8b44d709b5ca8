import { and, eq } from 'drizzle-orm';
import { hasRole, type Principal, type Role } from '../auth/principal';
import { memberships, users } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';

/*
 * Who may do what to whom. An admin manages admins and everybody below; owners are managed by owners alone. That is
 * "nobody touches who stands above them", and "nobody gives more than they have".
 */

/** Throws forbidden where the caller stands below the role of the person at issue. */
export function assertNotAbove(principal: Principal, role: Role, words = 'Only an owner can change an owner'): void {
  if (!hasRole(principal, role)) throw new AppError('forbidden', words);
}

export function assertMayGive(principal: Principal, role: Role): void {
  if (!hasRole(principal, role)) throw new AppError('forbidden', `role: you can give at most your own role, "${principal.role}"`);
}

/**
 * A name and a password belong to the person in every workspace they are in. So whoever sets them from outside must
 * stand as high as the person in each: an admin here must not become, by a reset link, an owner elsewhere. In the
 * transaction that changes the account.
 */
export async function assertRulesAccount(tx: Database, principal: Principal, userId: string): Promise<void> {
  if (principal.kind === 'user' && principal.id === userId) return;
  // Whoever joins another workspace refers to this row: that is either seen here, or waits until this transaction is over.
  await tx.select({ id: users.id }).from(users).where(eq(users.id, userId)).for('update');
  const theirs = await tx.select({ workspaceId: memberships.workspaceId, role: memberships.role }).from(memberships).where(eq(memberships.userId, userId));
  for (const { workspaceId, role } of theirs) {
    const mine = workspaceId === principal.workspaceId ? principal.role : await roleIn(tx, principal, workspaceId);
    if (mine === null || !hasRole({ ...principal, role: mine }, 'admin')) throw new AppError('forbidden', 'This person also belongs to another workspace, which you do not administer: only they can change their account');
    assertNotAbove({ ...principal, role: mine }, role);
  }
}

async function roleIn(db: Database, principal: Principal, workspaceId: string): Promise<Role | null> {
  if (principal.kind !== 'user') return null;
  const [row] = await db.select({ role: memberships.role }).from(memberships).where(and(eq(memberships.userId, principal.id), eq(memberships.workspaceId, workspaceId)));
  return row?.role ?? null;
}
