import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import type { Vendor } from '../platform/config';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { removeSecret } from '../secrets';
import { secretNameOf } from './vendor-secrets';

export async function removeProviderKey(db: Database, options: { principal: Principal; vendor: Vendor }): Promise<void> {
  const { principal, vendor } = options;
  await db.transaction(async (tx) => {
    if (!(await removeSecret(tx, { workspaceId: principal.workspaceId, name: secretNameOf(vendor) })))
      throw new AppError('not_found', `vendor: this workspace keeps no key of ${vendor}`);
    await recordAudit(tx, principal, { action: 'provider_key.remove', subject: { kind: 'provider_key', id: vendor, label: vendor } });
  });
}
