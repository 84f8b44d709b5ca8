import { and, eq, sql } from 'drizzle-orm';
import { checkPassword } from '../auth/check-password';
import { newPassword } from '../auth/credentials.contract';
import { hashPassword } from '../auth/passwords';
import type { Principal } from '../auth/principal';
import { hashLinkToken } from '../auth/secret-link';
import type { SignInThrottle } from '../auth/sign-in-throttle';
import { invitations, users } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { AppError, invalidField } from '../platform/errors';
import { invitationIsDead, isOpen } from './find-invitations';
import { joinWorkspace } from './join-workspace';

export interface Acceptance {
  token: string;
  name: string | undefined;
  password: string | undefined;
  address: string;
  /** Whoever is signed in, if anybody is. */
  principal: Principal | null;
}

/**
 * Whoever has the link becomes a member: as a new person with a password of their choice, or as the person the e-mail
 * belongs to, who proves it. The link alone must not open an account that exists.
 */
export async function acceptInvitation(deps: { db: Database; throttle: SignInThrottle }, acceptance: Acceptance): Promise<{ email: string }> {
  const { db, throttle } = deps;
  const which = eq(invitations.tokenHash, hashLinkToken(acceptance.token));
  const [invitation] = await db.select({ email: invitations.email, workspaceId: invitations.workspaceId }).from(invitations).where(and(which, isOpen()));
  if (!invitation) throw invitationIsDead();
  const { email, workspaceId } = invitation;
  const [user] = await db.select().from(users).where(eq(sql`lower(${users.email})`, email.toLowerCase()));
  const prepared = user ? null : await hashPassword(chosen(acceptance.password));
  if (user && !(acceptance.principal?.kind === 'user' && acceptance.principal.id === user.id)) await assertIsAccount(throttle, user, acceptance);

  return db.transaction(async (tx) => {
    const userId = user?.id ?? (await createUser(tx, { email, name: acceptance.name ?? '', passwordHash: prepared }));
    if (!(await joinWorkspace(tx, { which, workspaceId, userId, email }))) throw invitationIsDead();
    return { email };
  });
}

async function assertIsAccount(throttle: SignInThrottle, user: typeof users.$inferSelect, acceptance: Acceptance): Promise<void> {
  if (user.passwordHash === null) throw new AppError('conflict', 'This e-mail has an account without a password: sign in first, and open the link again');
  if (!acceptance.password) throw invalidField('password', 'the e-mail has an account; give its password, or sign in first');
  const right = await checkPassword(throttle, { email: user.email, address: acceptance.address, passwordHash: user.passwordHash, password: acceptance.password });
  if (!right) throw new AppError('unauthenticated', 'password: is not the password of this account');
}

/** Two links of two workspaces may make the same person at once: the second must prove who they are, like anybody who exists. */
async function createUser(tx: Database, person: { email: string; name: string; passwordHash: string | null }): Promise<string> {
  const [row] = await tx.insert(users).values(person).onConflictDoNothing().returning({ id: users.id });
  if (!row) throw new AppError('conflict', 'The e-mail has an account since a moment ago; try again with its password');
  return row.id;
}

function chosen(password: string | undefined): string {
  const parsed = newPassword.safeParse(password ?? '');
  if (!parsed.success) throw invalidField('password', parsed.error.issues[0]?.message ?? 'is not valid');
  return parsed.data;
}
