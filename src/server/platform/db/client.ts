import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';

export type Database = PostgresJsDatabase;
export type Sql = postgres.Sql;

export interface DatabaseHandle {
  db: Database;
  sql: Sql;
  close(): Promise<void>;
}

const RETIRE_LIMIT_S = 5;

/**
 * A pool that outlives a restart of Postgres.
 *
 * postgres.js 3.4.9 reuses a connection object after its socket died, and such an object may never write again: its
 * write timer was cleared but not forgotten, so small queries wait for ever. So a lost connection retires the whole
 * pool: new work goes to a fresh one at once, and what still runs on the old one's healthy connections may finish.
 * Connections are never closed for being idle or old, which makes every close a loss.
 */
export function openDatabase(url: string, options: { pool?: number; name?: string } = {}): DatabaseHandle {
  let closed = false;
  const retiring = new Set<Promise<void>>();

  const open = () => {
    const sql = postgres(url, {
      max: options.pool ?? 10,
      connect_timeout: 10,
      idle_timeout: 0,
      max_lifetime: null,
      backoff: () => 0, // callers decide when to try again; nobody waits behind another's back-off
      connection: { application_name: options.name ?? 'parley' },
      onnotice: () => {},
      onclose: () => { if (!closed && current.sql === sql) retire(); },
    });
    return { sql, db: drizzle(sql) };
  };
  const retire = () => {
    const old = current.sql;
    current = open();
    const ended = old.end({ timeout: RETIRE_LIMIT_S }).catch(() => {}).finally(() => retiring.delete(ended));
    retiring.add(ended);
  };
  let current = open();

  return {
    db: following(() => current.db),
    sql: following(() => current.sql),
    close: async () => {
      closed = true;
      await Promise.all([...retiring, current.sql.end({ timeout: RETIRE_LIMIT_S })]);
    },
  };
}

/** Stands for whatever `target` answers at the time of each use. */
function following<T extends object>(target: () => T): T {
  return new Proxy((() => {}) as unknown as T, {
    get: (_stand, key) => Reflect.get(target(), key) as unknown,
    has: (_stand, key) => Reflect.has(target(), key),
    apply: (_stand, _self, args) => Reflect.apply(target() as unknown as (...args: unknown[]) => unknown, undefined, args) as unknown,
  });
}
