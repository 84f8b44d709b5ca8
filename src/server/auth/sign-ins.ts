import { and, desc, eq, gt, isNull, ne, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import type { SignIn } from './contract';
import { signIns } from './tables';

/** A sign-in ends after this long, however busy it was. */
export const SIGN_IN_DAYS = 14;
const LONGEST_USER_AGENT = 300;

const isLive = () => and(isNull(signIns.revokedAt), gt(signIns.expiresAt, sql`now()`));

export async function createSignIn(db: Database, options: { userId: string; userAgent: string; address: string }): Promise<string> {
  const [row] = await db.insert(signIns).values({
    userId: options.userId,
    userAgent: options.userAgent.slice(0, LONGEST_USER_AGENT),
    address: options.address,
    expiresAt: new Date(Date.now() + SIGN_IN_DAYS * 86_400_000),
  }).returning({ id: signIns.id });
  return row!.id;
}

export async function findSignIns(db: Database, options: { userId: string; currentId?: string | undefined }): Promise<SignIn[]> {
  const rows = await db.select().from(signIns).where(and(eq(signIns.userId, options.userId), isLive())).orderBy(desc(signIns.lastSeenAt), desc(signIns.createdAt), signIns.id);
  return rows.map((row) => ({
    id: row.id,
    user_agent: row.userAgent,
    address: row.address,
    created_at: row.createdAt.toISOString(),
    last_seen_at: row.lastSeenAt.toISOString(),
    is_current: row.id === options.currentId,
  }));
}

export async function revokeSignIn(db: Database, signInId: string): Promise<void> {
  await db.update(signIns).set({ revokedAt: sql`now()` }).where(and(eq(signIns.id, signInId), isNull(signIns.revokedAt)));
}

/** Somebody else's sign-in is as unknown as one that never was. */
export async function revokeOwnSignIn(db: Database, options: { userId: string; signInId: string }): Promise<void> {
  const rows = isUuid(options.signInId)
    ? await db.update(signIns).set({ revokedAt: sql`now()` }).where(and(eq(signIns.id, options.signInId), eq(signIns.userId, options.userId), isLive())).returning({ id: signIns.id })
    : [];
  if (rows.length === 0) throw new AppError('not_found', `Sign-in ${options.signInId.slice(0, 64)} not found`);
}

/** All of a person's sign-ins, or all but the one they act with; answers which. */
export async function revokeSignInsOf(db: Database, options: { userId: string; except?: string | undefined }): Promise<string[]> {
  const rows = await db.update(signIns).set({ revokedAt: sql`now()` })
    .where(and(eq(signIns.userId, options.userId), isLive(), options.except === undefined ? undefined : ne(signIns.id, options.except)))
    .returning({ id: signIns.id });
  return rows.map((row) => row.id);
}
