import { readMigrationFiles } from 'drizzle-orm/migrator';
import postgres from 'postgres';
import { AppError } from '../errors';
import { installJobsSchema } from '../jobs/install-jobs-schema';
import { checkServer } from './check-server';
import { migrationsFolder } from './migrations-folder';

/** Any number, as long as nothing else in Parley locks the same one. */
const MIGRATION_LOCK = 7_275_391;

/**
 * Brings the database at `url` to this program's schema, or refuses with the mend. The bookkeeping is drizzle's own
 * (`drizzle.__drizzle_migrations`), but all of it happens in one transaction under a transaction-level advisory lock:
 * several nodes may start at once, and the embedded server has no session-level locks.
 */
export async function migrateDatabase(url: string, folder = migrationsFolder()): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder: folder });
  const newest = migrations.at(-1)?.folderMillis ?? 0;
  const sql = postgres(url, { max: 1, connect_timeout: 10, onnotice: () => {}, connection: { application_name: 'parley-migrate' } });
  try {
    await sql.begin(async (tx) => {
      await tx`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK})`;
      const applied = await newestApplied(tx);
      if (applied > newest)
        throw new AppError('precondition_failed', 'This database was written by a newer version of Parley: install that version, or restore a backup made with this one.');
      await checkServer(tx);
      await tx.unsafe('CREATE SCHEMA IF NOT EXISTS drizzle');
      await tx.unsafe('CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)');
      for (const migration of migrations) {
        if (migration.folderMillis <= applied) continue;
        for (const statement of migration.sql) await tx.unsafe(statement);
        await tx`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES (${migration.hash}, ${migration.folderMillis})`;
      }
    });
    await installJobsSchema(url);
  } catch (error) {
    throw unreachable(url, error) ?? error;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const NO_ENTRY = /^(28|3D000|53300|57P03)/; // wrong user or password, no such database, full, starting
const NO_WAY = /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOENT|CONNECT_TIMEOUT|CONNECTION_)/;

/** A server that does not let us in is a setting to be mended, and one line; its password is not part of it. */
function unreachable(url: string, error: unknown): AppError | null {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (!NO_ENTRY.test(code) && !NO_WAY.test(code)) return null;
  const { host, pathname } = new URL(url);
  const reason = NO_ENTRY.test(code) ? (error as Error).message : code;
  return new AppError('precondition_failed', `Cannot use the database at ${host}${pathname} (${reason}): check DATABASE_URL and that the server runs.`, { cause: error });
}

/** When the newest migration of this program was written. */
export const newestMigration = (folder = migrationsFolder()): number => readMigrationFiles({ migrationsFolder: folder }).at(-1)?.folderMillis ?? 0;

/** When the newest migration in this database was written (drizzle's `folderMillis`), or 0 before the first. */
export async function newestApplied(sql: postgres.Sql | postgres.TransactionSql): Promise<number> {
  const [table] = await sql<{ name: string | null }[]>`SELECT to_regclass('drizzle.__drizzle_migrations')::text AS name`;
  if (!table?.name) return 0;
  const [row] = await sql<{ newest: string | null }[]>`SELECT max(created_at) AS newest FROM drizzle.__drizzle_migrations`;
  return Number(row?.newest ?? 0);
}
