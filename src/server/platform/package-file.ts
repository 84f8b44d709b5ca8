import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { AppError } from './errors';

/**
 * A file inside an installed package, from source and from a bundle alike. Looked up by folder, because
 * packages with an `exports` map refuse to resolve their weights.
 */
export function packageFile(packageName: string, path: string): string {
  const folders = createRequire(import.meta.url).resolve.paths(packageName) ?? [];
  const found = folders.map((folder) => join(folder, packageName, path)).find((file) => existsSync(file));
  if (!found) throw new AppError('internal', `${packageName}/${path} is missing: run npm install`);
  return found;
}
