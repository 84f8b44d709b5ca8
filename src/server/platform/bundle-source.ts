import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type * as Esbuild from 'esbuild';

const require = createRequire(import.meta.url);
const known = new Map<string, string>();

/**
 * When this runs from source: a TypeScript module and what it uses of ours as one file that Node runs by itself, as
 * `npm run build` makes them. A loader for TypeScript would read every package of the new process too, which takes seconds.
 * @returns path of the file; it lies below node_modules, where it finds its packages
 */
export function bundleSource(file: string): string {
  const made = known.get(file);
  if (made) return made;
  const { buildSync } = require('esbuild') as typeof Esbuild; // here and not above: a built process has no use for it
  const [output] = buildSync({ entryPoints: [file], bundle: true, platform: 'node', target: 'node20', format: 'esm', packages: 'external', sourcemap: 'inline', write: false, logLevel: 'warning' }).outputFiles;
  const folder = join(require.resolve('esbuild/package.json'), '../../.cache/parley');
  const bundle = join(folder, `${basename(file, '.ts')}-${createHash('sha256').update(output!.contents).digest('hex').slice(0, 16)}.mjs`);
  if (!existsSync(bundle)) {
    mkdirSync(folder, { recursive: true });
    const partial = `${bundle}.${process.pid}`; // another process may make the same, and none may read a half
    writeFileSync(partial, output!.contents);
    renameSync(partial, bundle);
  }
  known.set(file, bundle);
  return bundle;
}
