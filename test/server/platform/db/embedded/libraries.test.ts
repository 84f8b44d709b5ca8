import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import { run, type JobHelpers } from 'graphile-worker';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrationsFolder } from '@/server/platform/db/migrations-folder';
import { createEmbeddedDatabase } from '@test/support/embedded-database';

let database: Awaited<ReturnType<typeof createEmbeddedDatabase>>;
beforeAll(async () => void (database = await createEmbeddedDatabase()));
afterAll(() => database.drop());

test('graphile-worker installs itself, is woken by NOTIFY, and runs every job once', async () => {
  const done: number[] = [];
  const { promise: allDone, resolve } = withResolvers();
  const runner = await run({
    connectionString: database.url,
    concurrency: 4,
    noHandleSignals: true,
    pollInterval: 60_000, // so that only a notification can wake it
    taskList: {
      count: async (payload: unknown, helpers: JobHelpers) => {
        const { n } = payload as { n: number };
        await helpers.query('SELECT $1::int', [n]);
        if (n === 13 && helpers.job.attempts === 1) throw new Error('fails once');
        done.push(n);
        if (done.length === 59) resolve();
      },
    },
  });
  runner.events.on('job:error', () => {});
  for (let n = 0; n < 60; n++) await runner.addJob('count', { n }, { maxAttempts: 2 });
  await allDone;
  await runner.stop();

  expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n).filter((n) => n !== 13)); // 13 is due again later
});

test("drizzle's migrator makes the schema from nothing", async () => {
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  await sql.unsafe('DROP SCHEMA public CASCADE; DROP SCHEMA drizzle CASCADE; CREATE SCHEMA public');
  await migrate(drizzle(sql), { migrationsFolder: migrationsFolder() });
  const [row] = await sql`SELECT to_regclass('conversations')::text AS name`;
  await sql.end();

  expect(row).toEqual({ name: 'conversations' });
});

function withResolvers(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
