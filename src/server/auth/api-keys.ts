import { createHash } from 'node:crypto';
import { and, eq, gt, isNull, lt, or, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { newToken } from '../platform/ids';
import type { Principal, Role, Scope } from './principal';
import { apiKeys } from './tables';

/** Keys are 192 random bits (or chosen by the operator, at least 20 characters): no slow hash is needed to keep them. */
export const hashApiKey = (key: string): string => createHash('sha256').update(key).digest('hex');

const SHOWN_CHARACTERS = 10;
const LAST_USED_STEP_MS = 60_000;

export interface NewApiKey {
  workspaceId: string;
  name: string;
  role: Role;
  scopes?: Scope[];
  key?: string;
  createdBy?: string;
  expiresAt?: Date;
}

/** The key is in the answer and nowhere else. */
export async function createApiKey(db: Database, options: NewApiKey): Promise<{ id: string; key: string }> {
  const key = options.key ?? newToken('parley');
  const [row] = await db.insert(apiKeys).values({
    workspaceId: options.workspaceId,
    name: options.name,
    prefix: key.slice(0, SHOWN_CHARACTERS),
    hash: hashApiKey(key),
    role: options.role,
    scopes: options.scopes ?? ['*'],
    createdBy: options.createdBy ?? null,
    expiresAt: options.expiresAt ?? null,
  }).returning({ id: apiKeys.id });
  return { id: row!.id, key };
}

export async function revokeApiKey(db: Database, options: { workspaceId: string; id: string }): Promise<boolean> {
  const rows = await db.update(apiKeys).set({ revokedAt: new Date() })
    .where(and(eq(apiKeys.workspaceId, options.workspaceId), eq(apiKeys.id, options.id), isNull(apiKeys.revokedAt))).returning({ id: apiKeys.id });
  return rows.length > 0;
}

/** Who a key is, or null when it is unknown, revoked or expired. */
export async function findApiKey(db: Database, key: string): Promise<Principal | null> {
  const [row] = await db.select().from(apiKeys).where(and(
    eq(apiKeys.hash, hashApiKey(key)),
    isNull(apiKeys.revokedAt),
    or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, sql`now()`)),
  ));
  if (!row) return null;
  // Once a minute is enough for "last used", and a busy key must not write on every request.
  if (!row.lastUsedAt || Date.now() - row.lastUsedAt.getTime() > LAST_USED_STEP_MS)
    await db.update(apiKeys).set({ lastUsedAt: sql`now()` })
      .where(and(eq(apiKeys.id, row.id), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, sql`now() - interval '1 minute'`))));
  return { kind: 'api_key', id: row.id, workspaceId: row.workspaceId, role: row.role, scopes: row.scopes, label: row.name };
}
