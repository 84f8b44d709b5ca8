import { and, asc, count, eq, ilike, or, sql, type SQL } from 'drizzle-orm';
import type { Principal } from '../auth/principal';
import { memberships, signIns, users } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { containing } from '../platform/db/containing';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import type { ListInput, User } from './contract';

export const userNotFound = (id: string) => new AppError('not_found', `User ${id.slice(0, 64)} not found`);

function selectUsers(db: Database, where: SQL | undefined) {
  const lastSeenAt = sql<Date | null>`(select max(${signIns.lastSeenAt}) from ${signIns} where ${signIns.userId} = ${users.id})`.mapWith(signIns.lastSeenAt);
  return db.select({
    id: users.id, email: users.email, name: users.name, role: memberships.role, createdAt: users.createdAt,
    hasPassword: sql<boolean>`${users.passwordHash} is not null`, lastSeenAt,
  }).from(memberships).innerJoin(users, eq(users.id, memberships.userId)).where(where);
}

type UserRow = Awaited<ReturnType<typeof selectUsers>>[number];

const presentUser = (row: UserRow, principal: Principal): User => ({
  id: row.id,
  email: row.email,
  name: row.name,
  role: row.role,
  created_at: row.createdAt.toISOString(),
  last_seen_at: row.lastSeenAt?.toISOString() ?? null,
  has_password: row.hasPassword,
  is_me: principal.kind === 'user' && principal.id === row.id,
});

export async function findUsers(db: Database, options: { principal: Principal; filter: ListInput }) {
  const { principal, filter: { q, limit, offset } } = options;
  const where = and(
    eq(memberships.workspaceId, principal.workspaceId),
    q ? or(ilike(users.email, containing(q)), ilike(users.name, containing(q))) : undefined,
  );
  const rows = await selectUsers(db, where).orderBy(asc(users.createdAt), users.id).limit(limit).offset(offset);
  const [counted] = await db.select({ total: count() }).from(memberships).innerJoin(users, eq(users.id, memberships.userId)).where(where);
  return { users: rows.map((row) => presentUser(row, principal)), total: counted?.total ?? 0, limit, offset };
}

export async function getUser(db: Database, options: { principal: Principal; userId: string }): Promise<User> {
  const { principal, userId } = options;
  const [row] = isUuid(userId) ? await selectUsers(db, and(eq(memberships.workspaceId, principal.workspaceId), eq(users.id, userId))) : [];
  if (!row) throw userNotFound(userId);
  return presentUser(row, principal);
}
