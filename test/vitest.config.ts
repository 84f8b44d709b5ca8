import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The suite of `npm test`: needs Node and nothing else. TEST_DATABASE_URL runs it on a native Postgres instead of the embedded one. */
export default defineConfig({
  root,
  resolve: { alias: { '@test': `${root}test`, '@': `${root}src` } },
  test: {
    include: ['test/{server,realtime,app}/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
