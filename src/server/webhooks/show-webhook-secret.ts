import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import type { SecretBox } from '../secrets';
import type { WebhookSecret } from './contract';
import { findSigningSecrets, previousUntil } from './signing-secrets';

/** The secret itself: whoever sets up a receiver needs it, also later. That it was looked at is in the audit log. */
export async function showWebhookSecret(db: Database, { principal, box }: { principal: Principal; box: SecretBox }): Promise<WebhookSecret> {
  return db.transaction(async (tx) => {
    const { current, previous } = await findSigningSecrets(tx, box, principal.workspaceId);
    const secret = box.open(current, current).reveal();
    await recordAudit(tx, principal, { action: 'webhook_secret.show', subject: { kind: 'webhook_secret', id: 'default', label: 'default' } });
    return { secret, updated_at: current.updatedAt.toISOString(), previous_until: previous ? previousUntil(previous).toISOString() : null };
  });
}
