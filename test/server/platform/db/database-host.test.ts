import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DatabaseHost } from '@test/support/database-host/database-host';
import { createHostedDatabase } from '@test/support/database-host/hosted-database';
import { makeHostFolder } from '@test/support/database-host/host-folder';
import { ensureEmbeddedTemplate } from '@test/support/embedded-database';

/** The host that gives every test file its databases: what leaks here would make any test pass or fail by chance. */
let host: DatabaseHost;
beforeAll(async () => { host = await DatabaseHost.start(await ensureEmbeddedTemplate()); });
afterAll(() => host[Symbol.asyncDispose]());

/** The folder of a database, by a file that it writes beside its own. */
async function folderOf(sql: postgres.Sql): Promise<string> {
  await sql.unsafe("COPY (SELECT 1) TO '/pglite/data/marker'");
  return readdirSync(host.folder).map((name) => join(host.folder, name)).find((folder) => existsSync(join(folder, 'database/data/marker')))!;
}

async function open() {
  const { url, drop } = await createHostedDatabase(host.socketPath);
  const sql = postgres(url, { max: 1, onnotice: () => {}, connect_timeout: 60 });
  const close = async () => { await sql.end({ timeout: 5 }).catch(() => {}); await drop(); };
  return { url, sql, drop, [Symbol.asyncDispose]: close };
}

/** All that a test may leave behind in a database: relations, functions and schemas, rows, settings. */
const contents = async (sql: postgres.Sql) => ({
  relations: await sql`SELECT oid::int, relnamespace::regnamespace::text AS schema, relname FROM pg_class ORDER BY oid`,
  functions: await sql`SELECT count(*)::int FROM pg_proc`,
  schemas: await sql`SELECT nspname FROM pg_namespace ORDER BY 1`,
  roles: await sql`SELECT rolname FROM pg_roles ORDER BY 1`,
  settings: await sql`SELECT setdatabase::int, setconfig FROM pg_db_role_setting`,
  nextTransaction: await sql`SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS id`,
  rows: await sql`
    SELECT schemaname || '.' || tablename AS name, (xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.%I', schemaname, tablename), false, true, '')))[1]::text AS n
      FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
});

describe('the test database host', () => {
  test('gives each its own: migrated, empty, and apart from the others', async () => {
    await using one = await open();
    await using other = await open();
    expect((await contents(one.sql)).rows).toContainEqual({ name: 'public.conversations', n: '0' });
    await one.sql`CREATE TABLE mine (n int)`;

    expect(await other.sql`SELECT to_regclass('mine') AS mine`).toEqual([{ mine: null }]);
    expect(new URL(other.url).port).not.toBe(new URL(one.url).port);
  });

  test('gives nothing of a used database to the next who asks', async () => {
    const fresh = await open();
    const before = await contents(fresh.sql);
    await fresh.sql.unsafe(`
      CREATE SCHEMA other; CREATE TABLE other.mine AS SELECT generate_series(1, 1000) AS n; CREATE ROLE somebody;
      CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER ROLE postgres SET work_mem = '1MB';
      DROP TABLE drizzle.__drizzle_migrations; CREATE TEMP TABLE passing (n int)`);
    await fresh.sql`SELECT set_config('search_path', 'other', false)`;
    expect(await contents(fresh.sql)).not.toEqual(before);
    const threads = host.threadCount;
    await fresh[Symbol.asyncDispose]();
    await using next = await open();

    expect(await contents(next.sql)).toEqual(before);
    expect(host.threadCount).toBe(threads); // the same thread has served both
  });

  test('takes a dropped database away: nobody is let in any more and its files go', async () => {
    const database = await open();
    const folder = await folderOf(database.sql);
    await database[Symbol.asyncDispose]();

    await expect(reach(database.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(existsSync(folder)).toBe(false);
  });

  test('drops what a killed process had', async () => {
    const holder = spawn(process.execPath, ['-e', `require('node:net').connect(${JSON.stringify(host.socketPath)}).pipe(process.stdout)`], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(holder.stdout.setEncoding('utf8'), 'data')) as [string];
    await reach(line.trim());
    holder.kill('SIGKILL');

    await expect.poll(() => reach(line.trim()).then(() => 'lives', () => 'gone')).toBe('gone');
  });

  test('goes on when one of its databases fails', async () => {
    await using bystander = await open();
    const broken = await open();
    rmSync(join(await folderOf(broken.sql), 'database/data/global'), { recursive: true });
    await expect(broken.sql`CHECKPOINT`).rejects.toThrow();
    await broken[Symbol.asyncDispose]();

    expect(await bystander.sql`SELECT 1 AS n`).toEqual([{ n: 1 }]);
    await using next = await open();
    expect(await next.sql`SELECT 1 AS n`).toEqual([{ n: 1 }]);
  });

  test('leaves nothing behind when it ends', async () => {
    const own = await DatabaseHost.start(await ensureEmbeddedTemplate());
    const { url } = await createHostedDatabase(own.socketPath);
    await reach(url);
    await own[Symbol.asyncDispose]();

    await expect(reach(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(createHostedDatabase(own.socketPath)).rejects.toThrow('ENOENT');
    expect(existsSync(own.folder)).toBe(false);
  });

  test('clears up what a killed run has left, and nothing of a living one', async () => {
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    const left = join(dirname(host.folder), `parley-test-databases-${child.pid}-abcdef`);
    mkdirSync(left);
    const folder = makeHostFolder();
    rmSync(folder, { recursive: true });

    expect(existsSync(left)).toBe(false);
    expect(existsSync(host.folder)).toBe(true);
  });
});

/** Whether somebody serves there. */
async function reach(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, connect_timeout: 60 });
  try {
    await sql`SELECT 1`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}
