import { openDatabase, type Database, type Sql } from '@/server/platform/db/client';
import { createEmbeddedDatabase } from './embedded-database';
import { createNativeDatabase } from './native-database';

export interface TestDatabase extends AsyncDisposable {
  url: string;
  db: Database;
  sql: Sql;
}

/**
 * A migrated, empty database for one test file or test: `await using database = await createTestDatabase()`.
 * With TEST_DATABASE_URL it is a database on that native server, else an embedded server on a folder of its own.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = process.env.TEST_DATABASE_URL;
  const { url, drop } = serverUrl ? await createNativeDatabase(serverUrl) : await createEmbeddedDatabase();
  const { db, sql, close } = openDatabase(url, { name: 'parley-test' });
  return {
    url, db, sql,
    async [Symbol.asyncDispose]() {
      await close();
      await drop();
    },
  };
}
