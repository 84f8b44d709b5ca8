import { and, count, desc, eq, ilike, or, type SQL } from 'drizzle-orm';
import { apiKeys, users } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { containing } from '../platform/db/containing';
import type { ApiKey, ListKeysInput } from './contract';

const columns = {
  id: apiKeys.id,
  name: apiKeys.name,
  prefix: apiKeys.prefix,
  role: apiKeys.role,
  scopes: apiKeys.scopes,
  createdBy: users.email,
  createdAt: apiKeys.createdAt,
  lastUsedAt: apiKeys.lastUsedAt,
  expiresAt: apiKeys.expiresAt,
  revokedAt: apiKeys.revokedAt,
};

type KeyRow = Pick<typeof apiKeys.$inferSelect, 'id' | 'name' | 'prefix' | 'role' | 'scopes' | 'createdAt' | 'lastUsedAt' | 'expiresAt' | 'revokedAt'> & { createdBy: string | null };

const presentKey = (row: KeyRow): ApiKey => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  role: row.role,
  scopes: row.scopes,
  created_by: row.createdBy,
  created_at: row.createdAt.toISOString(),
  last_used_at: row.lastUsedAt?.toISOString() ?? null,
  expires_at: row.expiresAt?.toISOString() ?? null,
  revoked_at: row.revokedAt?.toISOString() ?? null,
});

const selectKeys = (db: Database, where: SQL | undefined) =>
  db.select(columns).from(apiKeys).leftJoin(users, eq(users.id, apiKeys.createdBy)).where(where);

export async function findKeys(db: Database, options: { workspaceId: string; filter: ListKeysInput }) {
  const { q, limit, offset } = options.filter;
  const where = and(
    eq(apiKeys.workspaceId, options.workspaceId),
    q ? or(ilike(apiKeys.name, containing(q)), ilike(apiKeys.prefix, containing(q))) : undefined,
  );
  const rows = await selectKeys(db, where).orderBy(desc(apiKeys.createdAt), apiKeys.id).limit(limit).offset(offset);
  const [counted] = await db.select({ total: count() }).from(apiKeys).where(where);
  return { keys: rows.map(presentKey), total: counted?.total ?? 0, limit, offset };
}

export async function getKey(db: Database, options: { workspaceId: string; id: string }): Promise<ApiKey | undefined> {
  const [row] = await selectKeys(db, and(eq(apiKeys.workspaceId, options.workspaceId), eq(apiKeys.id, options.id)));
  return row && presentKey(row);
}
