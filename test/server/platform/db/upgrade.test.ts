import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Sql } from '@/server/platform/db/client';
import { migrateDatabase } from '@/server/platform/db/migrate';
import { migrationsFolder } from '@/server/platform/db/migrations-folder';
import { createTestDatabase } from '@test/support/database';

interface Journal { entries: { tag: string }[] }

const journalOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'meta', '_journal.json'), 'utf8')) as Journal;
const rowsOf = (tag: string) => fileURLToPath(new URL(`../../../support/released-schemas/${tag}.sql`, import.meta.url));
const EARLIER = journalOf(migrationsFolder()).entries.slice(0, -1).map(({ tag }) => tag);

test.each(EARLIER)('a database at %s comes to this version with every row it holds', async (tag) => {
  await using database = await createTestDatabase();
  const { sql, url } = database;
  const today = await shapeOf(sql);
  await sql.unsafe('DROP SCHEMA public CASCADE; DROP SCHEMA drizzle CASCADE; CREATE SCHEMA public');
  using then = folderUpTo(tag);
  await migrateDatabase(url, then.path);
  expect(existsSync(rowsOf(tag)), `test/support/released-schemas/${tag}.sql is missing: write a row for each table of that version`).toBe(true);
  await sql.unsafe(readFileSync(rowsOf(tag), 'utf8'));
  const before = await contentOf(sql);
  expect(before.filter(({ rows }) => rows.length === 0)).toEqual([]);

  await migrateDatabase(url);

  const after = new Map((await contentOf(sql)).map(({ table, rows }) => [table, rows]));
  for (const { table, rows } of before)
    expect(after.get(table), table).toEqual(rows.map((row) => expect.objectContaining(row) as unknown));
  expect(await shapeOf(sql)).toEqual(today);
});

test('a ledger of before has its totals', async () => {
  await using database = await createTestDatabase();
  const { sql, url } = database;
  await sql.unsafe('DROP SCHEMA public CASCADE; DROP SCHEMA drizzle CASCADE; CREATE SCHEMA public');
  using then = folderUpTo('0002_telephone');
  await migrateDatabase(url, then.path);
  await sql.unsafe(readFileSync(rowsOf('0002_telephone'), 'utf8'));
  const workspace = '10000000-0000-4000-8000-000000000001';
  const agent = '50000000-0000-4000-8000-000000000001';
  await sql`DELETE FROM usage_records`;
  await sql`INSERT INTO usage_records (workspace_id, agent_id, leg, provider, model, input_tokens, audio_seconds, success, created_at) VALUES
    (${workspace}, ${agent}, 'llm', 'openai', 'm', 12, NULL, 'yes', '2024-05-01 10:15:00Z'), (${workspace}, ${agent}, 'llm', 'openai', 'm', 30, NULL, 'no', '2024-05-01 10:29:59.999Z'),
    (${workspace}, ${agent}, 'llm', 'openai', 'm', 1, NULL, 'yes', '2024-05-01 10:30:00Z'), (${workspace}, NULL, 'stt', 'local', 'w', NULL, 2.5, 'yes', '2024-05-01 10:16:00Z')`;

  await migrateDatabase(url);

  const nobody = '00000000-0000-0000-0000-000000000000';
  expect([...await sql`SELECT at::text, agent_id, api_key_id, leg, records::int, unpriced::int, failed::int, input_tokens::int, audio_seconds, cost_usd FROM usage_totals WHERE workspace_id = ${workspace} ORDER BY at, agent_id DESC`]).toEqual([
    { at: '2024-05-01 10:15:00+00', agent_id: agent, api_key_id: nobody, leg: 'llm', records: 2, unpriced: 2, failed: 1, input_tokens: 42, audio_seconds: 0, cost_usd: '0.0000000000' },
    { at: '2024-05-01 10:15:00+00', agent_id: nobody, api_key_id: nobody, leg: 'stt', records: 1, unpriced: 1, failed: 0, input_tokens: 0, audio_seconds: 2.5, cost_usd: '0.0000000000' },
    { at: '2024-05-01 10:30:00+00', agent_id: agent, api_key_id: nobody, leg: 'llm', records: 1, unpriced: 1, failed: 0, input_tokens: 1, audio_seconds: 0, cost_usd: '0.0000000000' },
  ]);
});

async function contentOf(sql: Sql): Promise<{ table: string; rows: Record<string, unknown>[] }[]> {
  const tables = await sql<{ name: string }[]>`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY 1`;
  const content = [];
  for (const { name } of tables) content.push({ table: name, rows: [...await sql<Record<string, unknown>[]>`SELECT * FROM ${sql(name)}`] });
  return content;
}

/** Columns and indexes, whatever order they came in. */
async function shapeOf(sql: Sql): Promise<unknown[]> {
  const columns = await sql`SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2`;
  const indexes = await sql`SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`;
  return [...columns, ...indexes];
}

/** A copy of drizzle/ as that version had it. */
function folderUpTo(tag: string): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), 'parley-migrations-'));
  cpSync(migrationsFolder(), path, { recursive: true });
  const journal = journalOf(path);
  const entries = journal.entries.slice(0, journal.entries.findIndex((entry) => entry.tag === tag) + 1);
  writeFileSync(join(path, 'meta', '_journal.json'), JSON.stringify({ ...journal, entries }));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
