import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';
import { migrationsFolder } from '@/server/platform/db/migrations-folder';

const require = createRequire(import.meta.url);
const jobsVersion = (): string => z.object({ version: z.string() }).parse(require('graphile-worker/package.json')).version;

/** Changes whenever a migration does, ours or the job queue's, so that a template database is never stale and never made twice. */
export function schemaFingerprint(folder = migrationsFolder()): string {
  const hash = createHash('sha256').update(jobsVersion());
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.sql')).sort()) hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 12);
}
