import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ADMIN = { email: 'admin@parley.local', password: 'a long test password' };

/** Gitignored: screenshots, spoken wavs, the signed-in states. */
export const OUTPUT = fileURLToPath(new URL('../../../test-output/', import.meta.url));

export const outputFile = (...names: string[]): string => {
  const path = join(OUTPUT, ...names);
  mkdirSync(join(path, '..'), { recursive: true });
  return path;
};

/** Every worker has a Parley to itself; Playwright says which of them this is. */
const ownWorker = (): number => Number(process.env.TEST_PARALLEL_INDEX ?? 0);

export const signedIn = (worker = ownWorker()): string => outputFile('e2e-support', `signed-in-${worker}.json`);

export const urlVariable = (worker = ownWorker()): string => `PARLEY_E2E_URL_${worker}`;

/** Where global-setup.ts started the Parley of this worker. */
export const baseUrl = (): string => {
  const url = process.env[urlVariable()];
  if (!url) throw new Error('global-setup.ts has not started Parley');
  return url;
};
