import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import type { Vendor } from '../platform/config';
import type { Database } from '../platform/db/client';
import { Secret } from '../platform/secret';
import { putSecret, type SecretBox } from '../secrets';
import { secretNameOf } from './vendor-secrets';

export async function setProviderKey(db: Database, options: { principal: Principal; box: SecretBox; vendor: Vendor; apiKey: string }): Promise<void> {
  const { principal, box, vendor, apiKey } = options;
  await db.transaction(async (tx) => {
    await putSecret(tx, box, {
      workspaceId: principal.workspaceId,
      name: secretNameOf(vendor),
      secret: new Secret(apiKey),
      updatedBy: principal.kind === 'user' ? principal.id : null,
    });
    await recordAudit(tx, principal, { action: 'provider_key.set', subject: { kind: 'provider_key', id: vendor, label: vendor } });
  });
}
