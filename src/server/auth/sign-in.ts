import { and, eq, gt, isNull, sql } from 'drizzle-orm';
import { workspaces } from '../workspaces/tables';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import type { Principal } from './principal';
import { verifyPassword } from './passwords';
import type { SignInThrottle } from './sign-in-throttle';
import { memberships, signIns, users } from './tables';

/** A sign-in ends after this long, however busy it was. */
export const SIGN_IN_DAYS = 14;

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

/** RFC 5321's longest address, and more than anybody types: what is longer is wrong, and neither remembered nor hashed. */
const LONGEST_EMAIL = 254;
const LONGEST_PASSWORD = 1_024;

/** An unknown user and a wrong password are one answer, in words and in time. */
export async function signIn(deps: { db: Database; throttle: SignInThrottle }, request: SignInRequest): Promise<SignedIn> {
  const { db, throttle } = deps;
  const email = request.email.trim().toLowerCase();
  if (email.length > LONGEST_EMAIL || request.password.length > LONGEST_PASSWORD) throw wrongSignIn();
  throttle.assertOpen(email, request.address);
  const [user] = await db.select().from(users).where(eq(sql`lower(${users.email})`, email));
  const right = await verifyPassword(user?.passwordHash ?? null, request.password);
  if (!user || !right) {
    throttle.failed(email, request.address);
    throw wrongSignIn();
  }
  throttle.succeeded(email, request.address);
  const [row] = await db.insert(signIns).values({
    userId: user.id,
    userAgent: request.userAgent.slice(0, 300),
    expiresAt: new Date(Date.now() + SIGN_IN_DAYS * 86_400_000),
  }).returning({ id: signIns.id });
  return { signInId: row!.id, userId: user.id, email: user.email, name: user.name };
}

const wrongSignIn = () => new AppError('unauthenticated', 'Wrong e-mail or password');

export async function revokeSignIn(db: Database, signInId: string): Promise<void> {
  await db.update(signIns).set({ revokedAt: sql`now()` }).where(and(eq(signIns.id, signInId), isNull(signIns.revokedAt)));
}

/** The person behind a session cookie, or null when the sign-in was revoked, has run out, or the person left the workspace. */
export async function findSignedIn(db: Database, session: { userId: string; signInId: string }): Promise<Principal | null> {
  if (!isUuid(session.userId) || !isUuid(session.signInId)) return null;
  const [row] = await db.select({ userId: users.id, email: users.email, role: memberships.role, workspaceId: memberships.workspaceId })
    .from(signIns)
    .innerJoin(users, eq(users.id, signIns.userId))
    .innerJoin(memberships, eq(memberships.userId, users.id))
    .innerJoin(workspaces, eq(workspaces.id, memberships.workspaceId))
    .where(and(eq(signIns.id, session.signInId), eq(users.id, session.userId), isNull(signIns.revokedAt), gt(signIns.expiresAt, sql`now()`)))
    .orderBy(workspaces.createdAt).limit(1);
  return row ? { kind: 'user', id: row.userId, workspaceId: row.workspaceId, role: row.role, scopes: ['*'], label: row.email } : null;
}
