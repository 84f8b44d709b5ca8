import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exportDatabase } from '@/server/platform/db/transfer/export-database';
import { importDatabase } from '@/server/platform/db/transfer/import-database';
import { cloneEmbeddedTemplate, createEmbeddedDatabase } from '@test/support/embedded-database';
import { startEmbeddedProcess } from '@test/support/embedded-process';
import { createNativeDatabase } from '@test/support/native-database';

const nativeUrl = process.env.TEST_DATABASE_URL;
const openOther = () => (nativeUrl ? createNativeDatabase(nativeUrl) : createEmbeddedDatabase());

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'parley-transfer-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Kinds of columns that Parley's own tables do not have yet, and references in every direction. */
const MORE_TABLES = `
  CREATE TABLE kinds (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, gone int, vector vector(3), bytes bytea, json jsonb, number numeric,
                      real double precision, at timestamptz, words text[], twice int GENERATED ALWAYS AS (id * 2) STORED, parent int REFERENCES kinds);
  ALTER TABLE kinds DROP COLUMN gone;`;

const FILL = `
  INSERT INTO workspaces (name, slug) VALUES ('Früh "& spät"', 'one'), (E'tab\\tline\\nback\\\\slash (a,b) ''q''', 'two');
  INSERT INTO agents (workspace_id, slug, name, greeting) SELECT id, 'agent', '', NULL FROM workspaces;
  INSERT INTO conversations (id, workspace_id, agent_id, user_label, channel)
    SELECT gen_random_uuid(), w.id, a.id, 'label', 'chat' FROM workspaces w JOIN agents a ON a.workspace_id = w.id, generate_series(1, 50);
  INSERT INTO messages (id, workspace_id, conversation_id, seq, turn_id, role, content, metadata)
    SELECT gen_random_uuid(), workspace_id, id, n, gen_random_uuid(), 'user', repeat('word ', n * 40), jsonb_build_object('n', n) FROM conversations, generate_series(1, 20) n;
  INSERT INTO kinds (vector, bytes, json, number, real, at, words, parent) VALUES
    ('[0.1,-2,3e-7]', '\\x00ff10', 'null', 'NaN', 0.1, '2026-03-29 02:30:00.123456+02', '{"a,b",NULL,"\\"q\\""}', NULL),
    (NULL, '', '{"a": [1, "2"]}', 12345678901234567890.123, '-Infinity', '0044-01-01 00:00:00+00 BC', '{}', 3),
    (NULL, NULL, NULL, NULL, NULL, 'infinity', NULL, 1);`;

const COUNTED = 2 + 2 + 100 + 2000 + 3;

describe('export and import', () => {
  test.each([
    { from: 'the embedded database', to: nativeUrl ? 'native Postgres' : 'another one', openSource: createEmbeddedDatabase, openTarget: openOther },
    { from: nativeUrl ? 'native Postgres' : 'an embedded database', to: 'the embedded database', openSource: openOther, openTarget: createEmbeddedDatabase },
  ])('carry every row unchanged from $from to $to', async ({ openSource, openTarget }) => {
    const source = await openSource();
    const target = await openTarget();
    const [there, back] = [join(folder, 'there'), join(folder, 'back')];
    try {
      await execute(source.url, MORE_TABLES + FILL);
      await execute(target.url, MORE_TABLES);

      expect(await exportDatabase(source.url, there)).toMatchObject({ rows: COUNTED });
      expect(await importDatabase(target.url, there)).toMatchObject({ rows: COUNTED });
      await exportDatabase(target.url, back);
      expect(contentOf(back)).toEqual(contentOf(there));
      expect(statSync(there).mode & 0o077).toBe(0);

      const sql = postgres(target.url, { max: 1, onnotice: () => {} });
      const [next] = await sql`INSERT INTO kinds (parent) VALUES (3) RETURNING id, twice`; // the sequence went along
      expect(next).toEqual({ id: 4, twice: 8 });
      await expect(sql`INSERT INTO kinds (parent) VALUES (99)`).rejects.toMatchObject({ code: '23503' }); // and so did the references
      await sql.end();
    } finally {
      await Promise.all([source.drop(), target.drop()]);
    }
  });
});

describe('import', () => {
  let database: Awaited<ReturnType<typeof openOther>>;
  let file: string;
  beforeEach(async () => {
    database = await openOther();
    file = join(folder, 'export');
    await exportDatabase(database.url, file);
  });
  afterEach(() => database.drop());

  test('refuses a database that is not empty', async () => {
    await execute(database.url, "INSERT INTO workspaces (name, slug) VALUES ('Here', 'here')");

    await expect(importDatabase(database.url, file)).rejects.toMatchObject({ kind: 'precondition_failed', message: expect.stringMatching(/table workspaces has rows.*new database/) });
  });

  test('refuses the schema of another version', async () => {
    const [header, ...rest] = readFileSync(file, 'utf8').split('\n');
    writeFileSync(file, [JSON.stringify({ ...JSON.parse(header!), schema: 1 }), ...rest].join('\n'));

    await expect(importDatabase(database.url, file)).rejects.toMatchObject({ kind: 'precondition_failed', message: expect.stringMatching(/another version of Parley/) });
  });

  test.each([
    { what: 'half a file', damage: (text: string) => text.slice(0, -20) },
    { what: 'a file without its end', damage: (text: string) => text.split('\n').slice(0, -2).join('\n') },
    { what: 'something else', damage: () => 'CREATE TABLE t ();' },
    { what: 'an empty file', damage: () => '' },
  ])('refuses $what and changes nothing', async ({ damage }) => {
    writeFileSync(file, damage(readFileSync(file, 'utf8')));

    await expect(importDatabase(database.url, file)).rejects.toMatchObject({ kind: 'invalid_input' });
  });

  test('keeps nothing when a row refers to one that is missing', async () => {
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    const at = lines.findIndex((line) => line.startsWith('{"table":"memberships"'));
    lines.splice(at + 1, 0, JSON.stringify('(00000000-0000-4000-8000-000000000001,00000000-0000-4000-8000-000000000002,owner)'));
    writeFileSync(file, lines.join('\n').replace('"rows":0', '"rows":1'));

    await expect(importDatabase(database.url, file)).rejects.toMatchObject({ code: '23503' });
    await exportDatabase(database.url, join(folder, 'after'));
    expect(contentOf(join(folder, 'after'))).not.toContain('00000000-0000-4000-8000-000000000001');
  });
});

describe('export', () => {
  test('does not overwrite a file', async () => {
    const file = join(folder, 'mine');
    writeFileSync(file, 'precious');

    await expect(exportDatabase('postgres://localhost:1/none', file)).rejects.toMatchObject({ kind: 'conflict' });
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  test('leaves no file behind when it fails', async () => {
    await expect(exportDatabase('postgres://127.0.0.1:1/none', join(folder, 'none'))).rejects.toThrow();

    expect(existsSync(join(folder, 'none')) || existsSync(join(folder, 'none.partial'))).toBe(false);
  });
});

describe('the commands', () => {
  const transfer = (dataDir: string, ...args: string[]) =>
    promisify(execFile)(process.execPath, ['--import', 'tsx', 'src/server/platform/db/transfer/main.ts', ...args], { env: { ...process.env, DATABASE_URL: '', PARLEY_DATA_DIR: dataDir } });

  test('work on the embedded database while Parley is stopped, and say so while it runs', async () => {
    const dataDir = await cloneEmbeddedTemplate();
    const file = join(folder, 'by-command');
    {
      await using server = await startEmbeddedProcess(dataDir);
      await execute(server.url, "INSERT INTO workspaces (name, slug) VALUES ('Mine', 'mine')");
      await expect(transfer(dataDir, 'export', file)).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/^The data folder .* is in use by another process/) });
    }
    expect((await transfer(dataDir, 'export', file)).stdout).toMatch(/^Exported 1 rows of \d+ tables\.\n$/);
    const other = await cloneEmbeddedTemplate();
    expect((await transfer(other, 'import', file)).stdout).toMatch(/^Imported 1 rows/);
    await expect(transfer(other, 'import', file)).rejects.toMatchObject({ stderr: expect.stringContaining('not empty') });
    for (const path of [dataDir, other]) rmSync(path, { recursive: true });
  });

  test('explain their use', async () => {
    await expect(transfer(folder, 'export')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('npm run db:export -- FILE') });
  });
});

/** Everything but the header, which has the time in it. Rows in an order of their own: imports may pack them differently. */
const contentOf = (file: string) => readFileSync(file, 'utf8').split('\n').slice(1).sort();

async function execute(url: string, statements: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statements);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
