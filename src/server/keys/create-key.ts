import { and, eq } from 'drizzle-orm';
import { recordAudit } from '../audit';
import { createApiKey } from '../auth/api-keys';
import { hasRole, hasScope, type Principal } from '../auth/principal';
import { apiKeys } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { AppError, invalidField } from '../platform/errors';
import type { CreatedApiKey, CreateKeyInput } from './contract';
import { getKey } from './find-keys';

/** Nobody makes a key that can do more than they can themselves, in role, in scope or in time. */
export async function createKey(db: Database, options: { principal: Principal; input: CreateKeyInput; now?: Date }): Promise<CreatedApiKey> {
  const { principal, input, now = new Date() } = options;
  const scopes = [...new Set(input.scopes)];
  if (!hasRole(principal, input.role)) throw new AppError('forbidden', `role: a key can have at most your own role, "${principal.role}"`);
  const missing = scopes.find((scope) => !hasScope(principal, scope));
  if (missing !== undefined) throw new AppError('forbidden', `scopes: your own key does not have the scope "${missing}"`);
  const expiresAt = input.expires_at ? new Date(input.expires_at) : null;
  if (expiresAt && expiresAt <= now) throw invalidField('expires_at', 'must be in the future');

  return db.transaction(async (tx) => {
    const limit = await expiryOf(tx, principal);
    if (limit && expiresAt && expiresAt > limit) throw invalidField('expires_at', `must not be after your own key’s, ${limit.toISOString()}`);
    const { id, key } = await createApiKey(tx, {
      workspaceId: principal.workspaceId,
      name: input.name,
      role: input.role,
      scopes,
      ...(principal.kind === 'user' ? { createdBy: principal.id } : {}),
      ...(expiresAt ?? limit ? { expiresAt: expiresAt ?? limit! } : {}),
    });
    const made = await getKey(tx, { workspaceId: principal.workspaceId, id });
    if (!made) throw new AppError('internal', 'The new key is not there');
    await recordAudit(tx, principal, {
      action: 'api_key.create',
      subject: { kind: 'api_key', id, label: made.name },
      details: { role: made.role, scopes: made.scopes, expires_at: made.expires_at },
    });
    return { ...made, key };
  });
}

/** When the key that asks runs out: what it makes must not outlive it, or a lease of a day would be one for ever. */
async function expiryOf(tx: Database, principal: Principal): Promise<Date | null> {
  if (principal.kind !== 'api_key') return null;
  const [row] = await tx.select({ expiresAt: apiKeys.expiresAt }).from(apiKeys).where(and(eq(apiKeys.workspaceId, principal.workspaceId), eq(apiKeys.id, principal.id)));
  return row?.expiresAt ?? null;
}
