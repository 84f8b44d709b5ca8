import { openDatabase, type Database, type Sql } from '@/server/platform/db/client';
import { createNativeDatabase } from './native-database';

export interface TestDatabase extends AsyncDisposable {
  url: string;
  db: Database;
  sql: Sql;
}

/**
 * A migrated, empty database for one test file or test: `await using database = await createTestDatabase()`.
 * With TEST_DATABASE_URL it is a database of its own on that server, cloned from a template.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = process.env.TEST_DATABASE_URL;
  if (!serverUrl) throw new Error('Set TEST_DATABASE_URL');
  const { url, drop } = await createNativeDatabase(serverUrl);
  const { db, sql, close } = openDatabase(url, { name: 'parley-test' });
  return {
    url, db, sql,
    async [Symbol.asyncDispose]() {
      await close();
      await drop();
    },
  };
}
