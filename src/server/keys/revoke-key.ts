import { recordAudit } from '../audit';
import { revokeApiKey } from '../auth/api-keys';
import { hasRole, type Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import { getKey } from './find-keys';

const keyNotFound = (id: string) => new AppError('not_found', `API key ${id.slice(0, 64)} not found`);

/** The key stops counting with this transaction; a key that was revoked before stays as it was. */
export async function revokeKey(db: Database, options: { principal: Principal; keyId: string }): Promise<void> {
  const { principal, keyId } = options;
  if (!isUuid(keyId)) throw keyNotFound(keyId);
  await db.transaction(async (tx) => {
    const found = await getKey(tx, { workspaceId: principal.workspaceId, id: keyId });
    if (!found) throw keyNotFound(keyId);
    if (!hasRole(principal, found.role)) throw new AppError('forbidden', `Revoking this key needs its own role, "${found.role}"`);
    if (!(await revokeApiKey(tx, { workspaceId: principal.workspaceId, id: keyId }))) return;
    await recordAudit(tx, principal, { action: 'api_key.revoke', subject: { kind: 'api_key', id: keyId, label: found.name } });
  });
}
