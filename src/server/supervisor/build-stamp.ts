import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const INPUTS = ['src', 'next.config.ts', 'postcss.config.mjs', 'tsconfig.json', 'package-lock.json'];
const STAMP = join('dist', 'build-stamp');
export const BUILD_OUTPUTS = [join('dist', 'web.mjs'), join('.next', 'BUILD_ID')];

/** A digest of everything the build reads: pulling a newer version builds again, starting twice does not. */
export function sourceDigest(root: string): string {
  const hash = createHash('sha256');
  const add = (path: string) => {
    const entries = readdirSync(join(root, path), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) add(inner);
      else hash.update(inner).update('\0').update(readFileSync(join(root, inner)));
    }
  };
  for (const input of INPUTS) {
    if (!existsSync(join(root, input))) continue;
    if (input === 'src') add(input);
    else hash.update(input).update('\0').update(readFileSync(join(root, input)));
  }
  return hash.digest('hex');
}

export const stampFile = (root: string) => join(root, STAMP);

export function isBuilt(root: string): boolean {
  if (!BUILD_OUTPUTS.every((output) => existsSync(join(root, output))) || !existsSync(stampFile(root))) return false;
  return readFileSync(stampFile(root), 'utf8') === sourceDigest(root);
}
