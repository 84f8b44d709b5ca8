import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import type { Secret } from '../platform/secret';
import { putSecret, removeSecret, type SecretBox, type StoredSecret } from '../secrets';
import { CURRENT, findSigningSecrets, newWebhookSecret, PREVIOUS } from './signing-secrets';
import { lockWorkspaceSecret } from './lock-workspace-secret';

/**
 * A new secret; the one before signs beside it for a day, and the one before that no longer: rotating twice ends a
 * secret at once. One that cannot be read any more is no reason not to have another.
 */
export async function rotateWebhookSecret(db: Database, { principal, box }: { principal: Principal; box: SecretBox }): Promise<void> {
  const { workspaceId } = principal;
  const updatedBy = principal.kind === 'user' ? principal.id : null;
  await db.transaction(async (tx) => {
    await lockWorkspaceSecret(tx, workspaceId);
    const { current } = await findSigningSecrets(tx, box, workspaceId);
    const before = openIfPossible(box, current);
    if (before) await putSecret(tx, box, { workspaceId, name: PREVIOUS, secret: before, updatedBy });
    else await removeSecret(tx, { workspaceId, name: PREVIOUS });
    await putSecret(tx, box, { workspaceId, name: CURRENT, secret: newWebhookSecret(), updatedBy });
    await recordAudit(tx, principal, { action: 'webhook_secret.rotate', subject: { kind: 'webhook_secret', id: 'default', label: 'default' } });
  });
}

function openIfPossible(box: SecretBox, row: StoredSecret): Secret | null {
  try {
    return box.open(row, row);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
