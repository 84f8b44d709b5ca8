import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';

export type Database = PostgresJsDatabase;
export type Sql = postgres.Sql;

export interface DatabaseHandle {
  db: Database;
  sql: Sql;
  close(): Promise<void>;
}

/** A pool. postgres.js reconnects by itself, with back-off, so a restart of Postgres is a pause and not an end. */
export function openDatabase(url: string, options: { pool?: number; name?: string } = {}): DatabaseHandle {
  const sql = postgres(url, {
    max: options.pool ?? 10,
    connect_timeout: 10,
    idle_timeout: 60,
    connection: { application_name: options.name ?? 'parley' },
    onnotice: () => {},
  });
  return { db: drizzle(sql), sql, close: () => sql.end({ timeout: 5 }) };
}
