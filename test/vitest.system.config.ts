import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Suites over the whole product or with parts a bare machine lacks: one after another, each started by its own npm script. */
export default defineConfig({
  root,
  resolve: { alias: { '@test': `${root}test`, '@': `${root}src` } },
  test: {
    include: ['test/{start,human,soak,peers,kill}/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: 180_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000 } },
  },
});
