import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { migrationsFolder } from '@/server/platform/db/migrations-folder';

/** Changes whenever a migration does, so that a template database is never stale and never made twice. */
export function schemaFingerprint(folder = migrationsFolder()): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.sql')).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 12);
}
