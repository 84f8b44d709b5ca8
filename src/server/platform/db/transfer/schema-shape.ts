import type postgres from 'postgres';

type Connection = postgres.Sql | postgres.TransactionSql;

export interface Table {
  name: string;
  columns: string[];
  /** Columns the server computes itself. */
  generated: string[];
}

/** The tables of Parley. Those of the job queue live in a schema of their own and stay behind: a queue is not moved while it runs. */
export async function readTables(sql: Connection): Promise<Table[]> {
  return sql<Table[]>`
    SELECT c.relname AS name,
           array_agg(a.attname::text ORDER BY a.attnum) AS columns,
           coalesce(array_agg(a.attname::text) FILTER (WHERE a.attgenerated <> ''), '{}') AS generated
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
     GROUP BY c.relname ORDER BY c.relname`;
}

export interface ForeignKey {
  table: string;
  name: string;
  definition: string;
}

export async function readForeignKeys(sql: Connection): Promise<ForeignKey[]> {
  return sql<ForeignKey[]>`
    SELECT c.relname AS "table", k.conname AS name, pg_get_constraintdef(k.oid) AS definition
      FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
     WHERE k.contype = 'f' AND c.relnamespace = 'public'::regnamespace ORDER BY 1, 2`;
}

/** Sequences that have been used, with their last value. */
export async function readSequences(sql: Connection): Promise<{ name: string; value: string }[]> {
  return sql<{ name: string; value: string }[]>`
    SELECT sequencename AS name, last_value::text AS value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL ORDER BY 1`;
}
