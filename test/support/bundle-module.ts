import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** One file that Node runs without a loader, made of a module of this repository; whatever starts it starts twice as fast as from its sources. */
export async function bundleModule(entry: string): Promise<string> {
  const result = await build({
    entryPoints: [join(root, entry)],
    bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20', write: false, absWorkingDir: root, logLevel: 'warning',
  });
  const code = result.outputFiles[0]!.contents;
  const folder = join(root, 'test-output'); // inside the repository, so that it finds its packages
  const name = `${basename(join(entry, '..'))}-${basename(entry, '.ts')}`;
  const file = join(folder, `${name}.${createHash('sha256').update(code).digest('hex').slice(0, 12)}.mjs`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.${process.pid}`, code);
  renameSync(`${file}.${process.pid}`, file);
  return file;
}
