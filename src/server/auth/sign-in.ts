import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import { workspaces } from '../workspaces/tables';
import { SIGN_IN_ERRORS } from './contract';
import { LONGEST_EMAIL } from './credentials.contract';
import type { Principal } from './principal';
import { checkPassword } from './check-password';
import type { SignInThrottle } from './sign-in-throttle';
import { createSignIn } from './sign-ins';
import { memberships, signIns, users } from './tables';

export interface SignedIn {
  signInId: string;
  userId: string;
  email: string;
  name: string;
}

export interface SignInRequest {
  email: string;
  password: string;
  userAgent: string;
  /** The caller's address, for the throttle. */
  address: string;
}

/** An unknown user and a wrong password are one answer, in words and in time. What is too long is wrong, and neither remembered nor hashed. */
export async function signIn(deps: { db: Database; throttle: SignInThrottle }, request: SignInRequest): Promise<SignedIn> {
  const { db, throttle } = deps;
  const email = request.email.trim().toLowerCase();
  if (email.length > LONGEST_EMAIL) throw wrongSignIn();
  const [user] = await db.select().from(users).where(eq(sql`lower(${users.email})`, email));
  const right = await checkPassword(throttle, { email, address: request.address, passwordHash: user?.passwordHash ?? null, password: request.password });
  if (!user || !right) throw wrongSignIn();
  await assertIsMember(db, user.id);
  const signInId = await db.transaction(async (tx) => {
    // The password may have been changed while it was being checked, and its change has revoked every sign-in it saw.
    const [same] = await tx.select({ id: users.id }).from(users).where(and(eq(users.id, user.id), eq(users.passwordHash, user.passwordHash!))).for('share');
    if (!same) throw wrongSignIn();
    return createSignIn(tx, { userId: user.id, userAgent: request.userAgent, address: request.address });
  });
  return { signInId, userId: user.id, email: user.email, name: user.name };
}

const wrongSignIn = () => new AppError('unauthenticated', 'Wrong e-mail or password');

/** Whoever was removed from every workspace can prove who they are, and still has nowhere to go. */
export async function assertIsMember(db: Database, userId: string): Promise<void> {
  const [row] = await db.select({ role: memberships.role }).from(memberships).where(eq(memberships.userId, userId)).limit(1);
  if (!row) throw new AppError('forbidden', SIGN_IN_ERRORS.NoWorkspace);
}

const SEEN_STEP_MS = 60_000;

/**
 * The person behind a session cookie, in the workspace they switched to or else their first; null when the sign-in was
 * revoked, has run out, or the person left every workspace.
 */
export async function findSignedIn(db: Database, session: { userId: string; signInId: string }): Promise<Principal | null> {
  if (!isUuid(session.userId) || !isUuid(session.signInId)) return null;
  const [row] = await db.select({ userId: users.id, email: users.email, role: memberships.role, workspaceId: memberships.workspaceId, lastSeenAt: signIns.lastSeenAt })
    .from(signIns)
    .innerJoin(users, eq(users.id, signIns.userId))
    .innerJoin(memberships, eq(memberships.userId, users.id))
    .innerJoin(workspaces, eq(workspaces.id, memberships.workspaceId))
    .where(and(eq(signIns.id, session.signInId), eq(users.id, session.userId), isNull(signIns.revokedAt), gt(signIns.expiresAt, sql`now()`)))
    .orderBy(sql`${memberships.workspaceId} = ${signIns.workspaceId} desc nulls last`, workspaces.createdAt, workspaces.id).limit(1);
  if (!row) return null;
  // Once a minute is enough for "last seen": a page asks many times a second.
  if (Date.now() - row.lastSeenAt.getTime() > SEEN_STEP_MS)
    await db.update(signIns).set({ lastSeenAt: sql`now()` }).where(and(eq(signIns.id, session.signInId), lt(signIns.lastSeenAt, sql`now() - interval '1 minute'`)));
  return { kind: 'user', id: row.userId, workspaceId: row.workspaceId, role: row.role, scopes: ['*'], label: row.email, signInId: session.signInId };
}
