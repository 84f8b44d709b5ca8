import { randomBytes } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterNewPassword } from '../auth/change-password';
import { hashPassword } from '../auth/passwords';
import { memberships, users } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';

/** For the operator who lost theirs: whoever has the machine has the database, so this asks for nothing. */
export async function setNewPassword(db: Database, options: { email: string; by: string }): Promise<{ email: string; password: string }> {
  const [user] = await db.select({ id: users.id, email: users.email }).from(users).where(eq(sql`lower(${users.email})`, options.email.trim().toLowerCase()));
  if (!user) {
    const owners = await db.selectDistinct({ email: users.email }).from(users).innerJoin(memberships, eq(memberships.userId, users.id)).where(eq(memberships.role, 'owner')).orderBy(users.email);
    throw new AppError('not_found', `Nobody has the e-mail ${options.email}. Owners: ${owners.map((one) => one.email).join(', ') || 'none'}`);
  }
  const password = randomBytes(12).toString('base64url');
  const passwordHash = await hashPassword(password);
  await db.transaction(async (tx) => {
    await tx.update(users).set({ passwordHash }).where(eq(users.id, user.id));
    await afterNewPassword(tx, { userId: user.id, by: options.by });
  });
  return { email: user.email, password };
}
