import { existsSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import postgres from 'postgres';
import { AppError } from '../../errors';
import { newestApplied, newestMigration } from '../migrate';
import { PLAIN_TEXT_FORMS, type ExportLine } from './export-file';
import { readSequences, readTables, type Table } from './schema-shape';

/** Pages of a table read by one statement, about 4 MB: the embedded database holds a whole answer in memory. */
const PAGES_AT_ONCE = 512;
const FLUSH_CHARS = 256 * 1024;

export interface Transferred {
  tables: number;
  rows: number;
}

/** Writes all of Parley's data to `file`, as it stands at one moment. The file appears when it is complete. */
export async function exportDatabase(url: string, file: string): Promise<Transferred> {
  if (existsSync(file)) throw new AppError('conflict', `${file} exists already: name another file.`);
  const partial = `${file}.partial`;
  const handle = await open(partial, 'w', 0o600); // it holds conversations and password hashes
  const out = new LineBuffer((text) => handle.appendFile(text));
  const write = (line: ExportLine) => out.write(JSON.stringify(line));
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: 'parley-export' } });
  try {
    const result = await sql.begin('ISOLATION LEVEL REPEATABLE READ READ ONLY', (tx) => exportAll(tx, write));
    await out.flush();
    await handle.sync();
    await handle.close();
    await rename(partial, file);
    return result;
  } catch (error) {
    await handle.close().catch(() => {});
    await rm(partial, { force: true });
    throw error;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Gathers lines, so that a row is not a system call. */
class LineBuffer {
  #text = '';

  constructor(private readonly append: (text: string) => Promise<void>) {}

  async write(line: string): Promise<void> {
    this.#text += `${line}\n`;
    if (this.#text.length >= FLUSH_CHARS) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    if (text) await this.append(text);
  }
}

async function exportAll(tx: postgres.TransactionSql, write: (line: ExportLine) => Promise<void>): Promise<Transferred> {
  await tx.unsafe(PLAIN_TEXT_FORMS);
  const schema = await newestApplied(tx);
  if (schema !== newestMigration())
    throw new AppError('precondition_failed', 'The database is not at the schema of this version of Parley: start this version once, which migrates it, and export then.');
  await write({ format: 'parley-export', version: 1, schema, exportedAt: new Date().toISOString() });
  const tables = await readTables(tx);
  let rows = 0;
  for (const table of tables) {
    await write({ table: table.name, columns: table.columns });
    for await (const row of readRows(tx, table)) {
      await write(row);
      rows++;
    }
  }
  for (const { name, value } of await readSequences(tx)) await write({ sequence: name, value });
  await write({ end: true, rows });
  return { tables: tables.length, rows };
}

async function* readRows(tx: postgres.TransactionSql, table: Table): AsyncGenerator<string> {
  const [size] = await tx<{ pages: number }[]>`
    SELECT (pg_relation_size(${`public."${table.name}"`}::regclass) / current_setting('block_size')::int)::int AS pages`;
  for (let page = 0; page < (size?.pages ?? 0); page += PAGES_AT_ONCE) {
    const rows = await tx<{ row: string }[]>`
      SELECT t::text AS row FROM public.${tx(table.name)} t WHERE t.ctid >= ${`(${page},0)`}::tid AND t.ctid < ${`(${page + PAGES_AT_ONCE},0)`}::tid`;
    for (const { row } of rows) yield row;
  }
}
