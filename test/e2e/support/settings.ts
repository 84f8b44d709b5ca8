import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ADMIN = { email: 'admin@parley.local', password: 'a long test password' };

/** Gitignored: screenshots, spoken wavs, the signed-in state. */
export const OUTPUT = fileURLToPath(new URL('../../../test-output/', import.meta.url));

export const outputFile = (...names: string[]): string => {
  const path = join(OUTPUT, ...names);
  mkdirSync(join(path, '..'), { recursive: true });
  return path;
};

export const SIGNED_IN = outputFile('e2e-support', 'signed-in.json');

/** Where global-setup.ts started Parley. */
export const baseUrl = (): string => {
  const url = process.env.PARLEY_E2E_URL;
  if (!url) throw new Error('global-setup.ts has not started Parley');
  return url;
};
