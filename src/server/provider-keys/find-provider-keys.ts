import { VENDOR_KEYS, type Config } from '../platform/config';
import type { Database } from '../platform/db/client';
import { findSecrets, type SecretBox } from '../secrets';
import type { ProviderKey } from './contract';
import { SECRET_NAMES, secretNameOf, VENDORS } from './vendor-secrets';

/** Every vendor, with or without a key; the keys themselves stay sealed. */
export async function findProviderKeys(db: Database, options: { workspaceId: string; box: SecretBox; ai: Config['ai'] }): Promise<ProviderKey[]> {
  const rows = await findSecrets(db, { workspaceId: options.workspaceId, names: SECRET_NAMES });
  return VENDORS.map((vendor) => {
    const row = rows.find(({ name }) => name === secretNameOf(vendor));
    return {
      vendor,
      variable: VENDOR_KEYS[vendor],
      source: row ? 'workspace' : options.ai.keys[vendor] ? 'environment' : null,
      hint: row?.hint ?? null,
      updated_at: row?.updatedAt.toISOString() ?? null,
      problem: row ? (options.box.problemOf(row, row)?.userMessage ?? null) : null,
    };
  });
}
