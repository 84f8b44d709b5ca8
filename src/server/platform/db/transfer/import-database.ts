import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import postgres from 'postgres';
import { AppError } from '../../errors';
import { migrateDatabase, newestMigration } from '../migrate';
import type { Transferred } from './export-database';
import { endLine, headerLine, PLAIN_TEXT_FORMS, readLine, sequenceLine, tableLine } from './export-file';
import { readForeignKeys, readTables, type Table } from './schema-shape';

/** One statement inserts this much at most: other connections of an embedded database wait meanwhile. */
const BATCH_ROWS = 200;
const BATCH_BYTES = 2 << 20;

/** Loads an export into an empty database, all or nothing. The database is migrated first, so it may be a new one. */
export async function importDatabase(url: string, file: string): Promise<Transferred> {
  await migrateDatabase(url);
  const sql = postgres(url, { max: 1, onnotice: () => {}, connection: { application_name: 'parley-import' } });
  try {
    return await sql.begin(async (tx) => {
      await tx.unsafe(PLAIN_TEXT_FORMS);
      const tables = await readTables(tx);
      await refuseUnlessEmpty(tx, tables);
      return await withoutForeignKeys(tx, tables, () => load(tx, tables, file));
    });
  } finally {
    await sql.end({ timeout: 5 });
  }
}

async function refuseUnlessEmpty(tx: postgres.TransactionSql, tables: Table[]): Promise<void> {
  for (const { name } of tables) {
    const [row] = await tx`SELECT 1 FROM public.${tx(name)} LIMIT 1`;
    if (row) throw new AppError('precondition_failed', `The database is not empty (table ${name} has rows): import into a new database, before Parley is started on it for the first time.`);
  }
}

/** Rows refer to each other in every direction, also within a table: the references are taken away first, and checked when they return. */
async function withoutForeignKeys<T>(tx: postgres.TransactionSql, tables: Table[], work: () => Promise<T>): Promise<T> {
  const foreignKeys = await readForeignKeys(tx);
  for (const key of foreignKeys) await tx`ALTER TABLE public.${tx(key.table)} DROP CONSTRAINT ${tx(key.name)}`;
  for (const { name } of tables) await tx`ALTER TABLE public.${tx(name)} DISABLE TRIGGER USER`;
  const result = await work();
  for (const { name } of tables) await tx`ALTER TABLE public.${tx(name)} ENABLE TRIGGER USER`;
  for (const key of foreignKeys) await tx`ALTER TABLE public.${tx(key.table)} ADD CONSTRAINT ${tx(key.name)} ${tx.unsafe(key.definition)}`;
  return result;
}

async function load(tx: postgres.TransactionSql, tables: Table[], file: string): Promise<Transferred> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity })[Symbol.asyncIterator]();
  checkHeader((await lines.next()).value);
  const batch = new Batch(tx);
  let table: Table | undefined;
  const seen = { tables: 0, rows: 0 };
  for (let next; !(next = await lines.next()).done;) {
    const line = readLine(next.value);
    if (typeof line === 'string') {
      if (!table) throw damaged();
      await batch.add(table, line);
      seen.rows++;
      continue;
    }
    await batch.insert();
    const begins = tableLine.safeParse(line);
    const sequence = sequenceLine.safeParse(line);
    if (begins.success) {
      table = matching(tables, begins.data);
      seen.tables++;
    } else if (sequence.success) await tx`SELECT setval(${`public."${sequence.data.sequence}"`}::regclass, ${sequence.data.value}::bigint)`;
    else if (endLine.safeParse(line).data?.rows === seen.rows) return seen;
    else throw damaged();
  }
  throw damaged();
}

const damaged = () => new AppError('invalid_input', 'The export is damaged or was cut short: nothing was imported.');

function checkHeader(text: string | undefined): void {
  const header = headerLine.safeParse(text === undefined ? undefined : readLine(text));
  if (!header.success) throw new AppError('invalid_input', 'This is not an export of Parley.');
  if (header.data.schema !== newestMigration())
    throw new AppError('precondition_failed', 'The export has the schema of another version of Parley: export again with this version, or import with the version that made it.');
}

function matching(tables: Table[], described: { table: string; columns: string[] }): Table {
  const table = tables.find(({ name }) => name === described.table);
  if (table?.columns.join() !== described.columns.join())
    throw new AppError('precondition_failed', `Table ${described.table} has other columns here than in the export: nothing was imported.`);
  return table;
}

class Batch {
  #table: Table | undefined;
  #rows: string[] = [];
  #bytes = 0;

  constructor(private readonly tx: postgres.TransactionSql) {}

  async add(table: Table, row: string): Promise<void> {
    this.#table = table;
    this.#rows.push(row);
    this.#bytes += row.length;
    if (this.#rows.length >= BATCH_ROWS || this.#bytes >= BATCH_BYTES) await this.insert();
  }

  async insert(): Promise<void> {
    const { tx } = this;
    const table = this.#table;
    if (!table || this.#rows.length === 0) return;
    const columns = table.columns.filter((column) => !table.generated.includes(column));
    const values = columns.map((column) => `(r).${quote(column)}`).join(', ');
    await tx.unsafe(
      `INSERT INTO public.${quote(table.name)} (${columns.map(quote).join(', ')}) OVERRIDING SYSTEM VALUE
       SELECT ${values} FROM (SELECT x::public.${quote(table.name)} AS r FROM unnest($1::text[]) x) rows`,
      [this.#rows],
    );
    this.#rows = [];
    this.#bytes = 0;
  }
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
