import { readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { amcheck } from '@electric-sql/pglite/contrib/amcheck';
import { contentAfter } from './workload';

/** Looks at what a power cut left: node examiner.ts SURVIVORS SEED. Prints one line of JSON: its findings, none when all is well. */
const [survivors = '', seed = ''] = process.argv.slice(2);
const state = JSON.parse(readFileSync(`${survivors}.json`, 'utf8')) as { acknowledged: number; issued: number };
const findings: string[] = [];

const postgres = await PGlite.create({ dataDir: survivors, extensions: { amcheck } });
const [ledger] = (await postgres.query<{ n: number }>('SELECT n FROM ledger')).rows;
const found = ledger?.n ?? -1;
if (found < state.acknowledged) findings.push(`transaction ${state.acknowledged} was acknowledged, the last one here is ${found}`);
if (found > state.issued) findings.push(`transaction ${found} was never issued`);

const expected = contentAfter(Number(seed), found);
const rows = (await postgres.query<{ id: number; v: string }>('SELECT id, v FROM kv')).rows;
if (rows.length !== expected.size) findings.push(`${rows.length} rows instead of ${expected.size}`);
for (const row of rows) if (expected.get(row.id) !== row.v) findings.push(`row ${row.id} is wrong`);

await postgres.exec('CREATE EXTENSION IF NOT EXISTS amcheck');
const heap = await postgres.query("SELECT c.relname, v.msg FROM pg_class c, LATERAL verify_heapam(c.oid) v WHERE c.relkind IN ('r', 't', 'm') AND c.relpersistence = 'p'");
for (const damage of heap.rows) findings.push(`damaged table: ${JSON.stringify(damage)}`);
await postgres.query("SELECT bt_index_check(c.oid, true) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'btree' AND c.relpersistence <> 't' AND i.indisvalid");
console.log(JSON.stringify({ findings, acknowledged: state.acknowledged, found, issued: state.issued }));
process.exit(0);
