import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { isDriverFault } from '../src/server/platform/db/survive-driver-faults.ts';
import { SlowestFirst } from './support/slowest-first.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The suite of `npm test`: needs Node and nothing else. TEST_DATABASE_URL runs it on a native Postgres instead of the embedded one. */
export default defineConfig({
  root,
  resolve: { alias: { '@test': `${root}test`, '@': `${root}src` } },
  test: {
    include: ['test/{server,realtime,app}/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/fuzz-seed.ts'],
    pool: 'forks',
    // A fork keeps what it imported for its next file: importing was a third of all the work. Modules hold no state, and each test puts back what it changed of the process.
    isolate: false,
    maxWorkers: 3, // on two cores: much of a test is waiting
    sequence: { sequencer: SlowestFirst },
    // Nobody waits for these while all is well: they are for machines that stand still for a while.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    // As in production: the driver may throw from a timer when a test takes its connection away, and nobody can catch that.
    onUnhandledError: (error) => !isDriverFault(error),
  },
});
