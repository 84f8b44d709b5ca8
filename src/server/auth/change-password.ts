import { and, eq, isNull } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { AppError, invalidField } from '../platform/errors';
import { recordAccountChange } from './account-audit';
import { checkPassword } from './check-password';
import { hashPassword } from './passwords';
import { personOf } from './person';
import type { Principal } from './principal';
import type { SignInThrottle } from './sign-in-throttle';
import { revokeSignInsOf } from './sign-ins';
import { passwordResets, users } from './tables';

export interface PasswordChange {
  principal: Principal;
  address: string;
  currentPassword: string;
  newPassword: string;
}

/** Whoever else knew the old password is out: all other sign-ins are revoked. Answers which. */
export async function changePassword(deps: { db: Database; throttle: SignInThrottle }, change: PasswordChange): Promise<{ revokedSignIns: string[] }> {
  const { db, throttle } = deps;
  const { userId, signInId } = personOf(change.principal);
  const [user] = await db.select({ email: users.email, passwordHash: users.passwordHash }).from(users).where(eq(users.id, userId));
  if (!user) throw new AppError('unauthenticated', 'This account is gone');
  if (user.passwordHash === null) throw new AppError('conflict', 'This account has no password: it signs in through single sign-on. An administrator can make a link that sets one');
  const right = await checkPassword(throttle, { email: user.email, address: change.address, passwordHash: user.passwordHash, password: change.currentPassword });
  if (!right) throw invalidField('current_password', 'is not your password');
  if (change.newPassword === change.currentPassword) throw invalidField('new_password', 'must differ from the current one');

  const passwordHash = await hashPassword(change.newPassword); // slow on purpose, so before the transaction
  const revokedSignIns = await db.transaction(async (tx) => {
    // The old hash again: of two changes at once only one knew the current password.
    const rows = await tx.update(users).set({ passwordHash }).where(and(eq(users.id, userId), eq(users.passwordHash, user.passwordHash!))).returning({ id: users.id });
    if (rows.length === 0) throw new AppError('conflict', 'The password was changed just now; try again');
    return afterNewPassword(tx, { userId, except: signInId });
  });
  return { revokedSignIns };
}

/** In the transaction that stored it: other sign-ins end, links that could set another one too, and the log says so. */
export async function afterNewPassword(tx: Database, options: { userId: string; except?: string | undefined; by?: string }): Promise<string[]> {
  await dropPasswordResets(tx, options.userId);
  await recordAccountChange(tx, { userId: options.userId, action: 'user.change_password', ...(options.by ? { details: { by: options.by } } : {}) });
  return revokeSignInsOf(tx, options);
}

/** Links that were not used yet. They were made for who the person was then, and must not open who they are now. */
export async function dropPasswordResets(tx: Database, userId: string): Promise<void> {
  await tx.delete(passwordResets).where(and(eq(passwordResets.userId, userId), isNull(passwordResets.usedAt)));
}
