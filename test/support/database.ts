import { openDatabase, type Database, type Sql } from '@/server/platform/db/client';
import { createHostedDatabase } from './database-host/hosted-database';
import { createEmbeddedDatabase } from './embedded-database';
import { createNativeDatabase } from './native-database';

export interface TestDatabase extends AsyncDisposable {
  url: string;
  db: Database;
  sql: Sql;
}

/**
 * A migrated, empty database for one test file or test: `await using database = await createTestDatabase()`.
 * With TEST_DATABASE_URL it is a database on that native server, else an embedded server on a folder of its own: in a
 * thread of the run's host, or outside a run in a process.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { url, drop } = await createEmptyDatabase();
  const { db, sql, close } = openDatabase(url, { name: 'parley-test' });
  return {
    url, db, sql,
    async [Symbol.asyncDispose]() {
      await close();
      await drop();
    },
  };
}

function createEmptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const { TEST_DATABASE_URL: serverUrl, TEST_DATABASE_HOST: hostSocket } = process.env;
  if (serverUrl) return createNativeDatabase(serverUrl);
  return hostSocket ? createHostedDatabase(hostSocket) : createEmbeddedDatabase();
}
