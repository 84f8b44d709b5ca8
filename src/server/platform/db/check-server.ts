import type postgres from 'postgres';
import { AppError } from '../errors';

const OLDEST_SERVER = 15;
const OLDEST_PGVECTOR = [0, 8] as const;

const refuse = (message: string, cause?: unknown) => new AppError('precondition_failed', message, { cause });

/** Refuses a server that Parley cannot work with, naming what a person has to do, and makes sure that pgvector is there. */
export async function checkServer(sql: postgres.Sql | postgres.TransactionSql): Promise<void> {
  const [server] = await sql<{ number: number; version: string }[]>`
    SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version`;
  if (!server || Math.floor(server.number / 10_000) < OLDEST_SERVER)
    throw refuse(`PostgreSQL ${server?.version ?? '?'} is too old: DATABASE_URL must name a server of version ${OLDEST_SERVER} or newer.`);

  const [vector] = await sql<{ installed: string | null; available: string | null }[]>`
    SELECT installed_version AS installed, default_version AS available FROM pg_available_extensions WHERE name = 'vector'`;
  if (!vector) throw refuse('This PostgreSQL server has no pgvector: install pgvector 0.8 or newer on it (Debian: postgresql-NN-pgvector).');
  if (vector.installed && isEnough(vector.installed)) return;
  if (!vector.available || !isEnough(vector.available))
    throw refuse(`pgvector ${vector.installed ?? vector.available ?? '?'} is too old: install pgvector 0.8 or newer on the server.`);

  const statement = vector.installed ? 'ALTER EXTENSION vector UPDATE' : 'CREATE EXTENSION IF NOT EXISTS vector';
  try {
    await sql.unsafe(statement);
  } catch (error) {
    throw refuse(`The database user may not enable pgvector: have an administrator run "${statement}" in this database.`, error);
  }
}

function isEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_PGVECTOR[0] || (major === OLDEST_PGVECTOR[0] && minor >= OLDEST_PGVECTOR[1]);
}
