import { setTimeout as sleep } from 'node:timers/promises';
import { quoteName } from './messages';

export interface HousekeepingOptions {
  checkpointWalBytes: number;
  checkpointMs: number;
  vacuumEveryMs: number;
  log: (message: string, detail?: unknown) => void;
}

export const DEFAULT_HOUSEKEEPING = { checkpointWalBytes: 64 << 20, checkpointMs: 300_000, vacuumEveryMs: 15_000 } as const;

/** Runs SQL between the clients' transactions. */
type Maintenance = (sql: string) => Promise<(string | null)[][]>;

/** How often the amount of WAL is looked at: one query that touches no table. */
const LOOK_EVERY_MS = 1000;

/**
 * The tables that autovacuum would take, by its own formula: 50 rows and a fifth of the table dead, or 50 and a tenth
 * changed since the last look at its statistics. Counts do not survive a crash, so a table of some size that has none at
 * all is taken too.
 */
const NEEDY_TABLES = `
  SELECT n.nspname, c.relname
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_stat_all_tables s ON s.relid = c.oid
   WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
     AND (s.n_dead_tup > 50 + 0.2 * greatest(c.reltuples, 0)
       OR s.n_mod_since_analyze > 50 + 0.1 * greatest(c.reltuples, 0)
       OR (n.nspname NOT IN ('pg_catalog', 'information_schema') AND s.last_vacuum IS NULL AND pg_catalog.pg_relation_size(c.oid) > 1048576))
   ORDER BY s.n_dead_tup DESC NULLS LAST`;

/** A single-user Postgres, which is what runs here, never checkpoints and never vacuums by itself: its WAL and its tables would grow for ever. */
export class Housekeeping {
  readonly #stopped = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #checkpointLsn = 0;
  #checkpointAtMs = 0;
  #vacuumAtMs = 0;

  constructor(private readonly maintenance: Maintenance, private readonly options: HousekeepingOptions) {}

  async start(): Promise<void> {
    await this.#noteCheckpoint();
    this.#running = this.#loop();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #loop(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await sleep(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      try {
        await this.#checkpointIfDue();
        if (performance.now() - this.#vacuumAtMs >= this.options.vacuumEveryMs) await this.vacuum();
      } catch (error) {
        this.options.log('housekeeping failed', error);
      }
    }
  }

  async #checkpointIfDue(): Promise<void> {
    const written = (await this.#lsn()) - this.#checkpointLsn;
    const isOld = performance.now() - this.#checkpointAtMs > this.options.checkpointMs;
    if (written <= this.options.checkpointWalBytes && !(written > 0 && isOld)) return;
    await this.maintenance('CHECKPOINT');
    await this.#noteCheckpoint();
  }

  /** One table a turn, so that no client waits for more than one. */
  async vacuum(): Promise<void> {
    for (const [schema, table] of await this.maintenance(NEEDY_TABLES)) {
      if (this.#stopped.signal.aborted) return;
      if (schema && table) await this.maintenance(`VACUUM (ANALYZE) ${quoteName(schema)}.${quoteName(table)}`);
    }
    this.#vacuumAtMs = performance.now();
  }

  async #noteCheckpoint(): Promise<void> {
    this.#checkpointLsn = await this.#lsn();
    this.#checkpointAtMs = performance.now();
  }

  async #lsn(): Promise<number> {
    const rows = await this.maintenance(`SELECT pg_catalog.pg_current_wal_insert_lsn() - '0/0'`);
    return Number(rows[0]?.[0]);
  }
}
