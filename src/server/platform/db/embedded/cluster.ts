import { chmodSync, existsSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { syncPath, syncTree } from './sync-tree';

/** Makes a database cluster unless there is one. Made beside its final name and synced: an interrupted start leaves nothing that looks like a database. */
export async function ensureCluster(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  const making = `${folder}.new`;
  rmSync(making, { recursive: true, force: true });
  const postgres = await PGlite.create({ dataDir: making });
  await postgres.close();
  chmodSync(making, 0o700);
  syncTree(making);
  renameSync(making, folder);
  syncPath(dirname(folder));
}
