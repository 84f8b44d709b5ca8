import { and, eq, gt, isNull, or, sql } from 'drizzle-orm';
import { findDevicePrincipal } from '../devices';
import type { Database } from '../platform/db/client';
import { isUuid } from '../platform/ids';
import type { Principal } from './principal';
import type { SessionClaims } from './session-token';
import { findSignedIn } from './sign-in';
import { apiKeys } from './tables';

async function findKeyHolder(db: Database, id: string): Promise<Principal | null> {
  const [row] = await db.select().from(apiKeys).where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, sql`now()`))));
  return row ? { kind: 'api_key', id: row.id, workspaceId: row.workspaceId, role: row.role, scopes: row.scopes, label: row.name } : null;
}

/**
 * Whoever asked for a token, as they are now; null when their key, device or sign-in was revoked, or when they work in
 * another workspace since. Who was let in by address is not in the database: the authenticator looks at the address again.
 */
export async function findHolder(db: Database, claims: Pick<SessionClaims, 'kind' | 'id' | 'workspaceId' | 'signInId'>): Promise<Principal | null> {
  const { kind, id, workspaceId, signInId } = claims;
  if (!isUuid(id) || !isUuid(workspaceId)) return null;
  const holder = kind === 'user' ? await findSignedIn(db, { userId: id, signInId: signInId ?? '' })
    : kind === 'api_key' ? await findKeyHolder(db, id)
    : kind === 'device' ? await findDevicePrincipal(db, { workspaceId, id })
    : null;
  return holder?.workspaceId === workspaceId ? holder : null;
}
