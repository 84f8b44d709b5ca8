import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { recordAudit } from '../audit';
import { afterNewPassword, dropPasswordResets } from '../auth/change-password';
import { hashPassword } from '../auth/passwords';
import { createdByOf } from '../auth/person';
import type { Principal } from '../auth/principal';
import { hashLinkToken, newLinkToken } from '../auth/secret-link';
import { passwordResets, users } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { lockMemberships } from '../workspaces/membership';
import { getUser } from './find-users';
import { assertNotAbove, assertRulesAccount } from './rank';

const VALID_MS = 24 * 3_600_000;

export interface SecretLink { url: string; expires_at: string }

/** The link is in the answer and nowhere else; one made before stops working. */
export async function createPasswordReset(db: Database, options: { principal: Principal; userId: string; origin: string }): Promise<SecretLink> {
  const { principal, userId, origin } = options;
  return db.transaction(async (tx) => {
    await lockMemberships(tx, principal.workspaceId);
    const user = await getUser(tx, { principal, userId });
    assertNotAbove(principal, user.role, 'Only an owner can reset an owner’s password');
    await assertRulesAccount(tx, principal, userId);
    const link = await insertPasswordReset(tx, { userId, createdBy: createdByOf(principal), origin });
    await recordAudit(tx, principal, { action: 'user.reset_password', subject: { kind: 'user', id: userId, label: user.email }, details: { expires_at: link.expires_at } });
    return link;
  });
}

export async function insertPasswordReset(tx: Database, options: { userId: string; createdBy: string | null; origin: string }): Promise<SecretLink> {
  const { token, tokenHash } = newLinkToken();
  const expiresAt = new Date(Date.now() + VALID_MS);
  await dropPasswordResets(tx, options.userId);
  await tx.insert(passwordResets).values({ userId: options.userId, tokenHash, createdBy: options.createdBy, expiresAt });
  return { url: `${options.origin}/reset-password/${token}`, expires_at: expiresAt.toISOString() };
}

const usable = (token: string) => and(eq(passwordResets.tokenHash, hashLinkToken(token)), isNull(passwordResets.usedAt), gt(passwordResets.expiresAt, sql`now()`));

const linkIsDead = () => new AppError('not_found', 'This link has been used, replaced or has run out; ask for a new one');

export async function lookupPasswordReset(db: Database, token: string): Promise<{ email: string; expires_at: string }> {
  const [row] = await db.select({ email: users.email, expiresAt: passwordResets.expiresAt }).from(passwordResets)
    .innerJoin(users, eq(users.id, passwordResets.userId)).where(usable(token));
  if (!row) throw linkIsDead();
  return { email: row.email, expires_at: row.expiresAt.toISOString() };
}

/** Works once, also for two who open it at the same moment: the row is taken in the transaction that sets the password. */
export async function usePasswordReset(db: Database, options: { token: string; password: string }): Promise<{ userId: string; email: string }> {
  const { token, password } = options;
  await lookupPasswordReset(db, token); // a guess must not cost us a slow hash
  const passwordHash = await hashPassword(password);
  return db.transaction(async (tx) => {
    const [taken] = await tx.update(passwordResets).set({ usedAt: sql`now()` }).where(usable(token)).returning({ userId: passwordResets.userId });
    if (!taken) throw linkIsDead();
    const { userId } = taken;
    const [user] = await tx.update(users).set({ passwordHash }).where(eq(users.id, userId)).returning({ email: users.email });
    await afterNewPassword(tx, { userId });
    return { userId, email: user!.email };
  });
}
