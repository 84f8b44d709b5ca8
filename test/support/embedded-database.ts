import { constants, existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { migrateDatabase } from '@/server/platform/db/migrate';
import { startEmbeddedProcess, type EmbeddedProcess } from './embedded-process';
import { schemaFingerprint } from './schema-fingerprint';

const require = createRequire(import.meta.url);
const pgliteVersion = (): string =>
  z.object({ version: z.string() }).parse(require(join(require.resolve('@electric-sql/pglite'), '../../package.json'))).version;

/** A data folder with a migrated cluster, stopped cleanly. Making one takes seconds, so it is kept between runs. */
export async function ensureEmbeddedTemplate(): Promise<string> {
  const template = join(tmpdir(), `parley-template-${pgliteVersion()}-${schemaFingerprint()}`);
  if (existsSync(template)) return template;
  const making = await mkdtemp(`${template}-making-`);
  const server = await startEmbeddedProcess(making);
  await migrateDatabase(server.url);
  await server.stop();
  // Another run may have been faster: a folder is never renamed over one that has files.
  await rename(making, template).catch(() => rm(making, { recursive: true, force: true }));
  return template;
}

/** A data folder of its own, copied from the template; copy-on-write where the file system can. */
export async function cloneEmbeddedTemplate(): Promise<string> {
  const template = await ensureEmbeddedTemplate();
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-test-'));
  await mkdir(dataDir, { recursive: true });
  await cp(template, dataDir, { recursive: true, mode: constants.COPYFILE_FICLONE });
  return dataDir;
}

/** An empty, migrated database in a db process of its own. */
export async function createEmbeddedDatabase(): Promise<{ url: string; server: EmbeddedProcess; drop(): Promise<void> }> {
  const dataDir = await cloneEmbeddedTemplate();
  const server = await startEmbeddedProcess(dataDir);
  const drop = async () => {
    await server.stop('SIGKILL'); // nobody needs the checkpoint
    await rm(dataDir, { recursive: true, force: true });
  };
  return { url: server.url, server, drop };
}
