import { cpSync, mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as drizzleMigrate } from 'drizzle-orm/postgres-js/migrator';
import { describe, expect, test } from 'vitest';
import { migrateDatabase } from '@/server/platform/db/migrate';
import { migrationsFolder } from '@/server/platform/db/migrations-folder';
import { checkServer } from '@/server/platform/db/check-server';
import { CLOSED_PORT } from '@test/support/closed-port';
import { createTestDatabase } from '@test/support/database';

describe('migrateDatabase', () => {
  test('leaves a migrated database as it is, also when several processes start at once', async () => {
    await using database = await createTestDatabase();
    await database.sql`INSERT INTO workspaces (name, slug) VALUES ('One', 'one')`;

    await Promise.all([1, 2, 3].map(() => migrateDatabase(database.url)));

    expect(await database.sql`SELECT name FROM workspaces`).toEqual([{ name: 'One' }]);
  });

  test('applies what is new and keeps the books that drizzle keeps', async () => {
    await using database = await createTestDatabase();
    using folder = folderWithOneMore('CREATE TABLE later (id int PRIMARY KEY);');

    await migrateDatabase(database.url, folder.path);
    await drizzleMigrate(drizzle(database.sql), { migrationsFolder: folder.path }); // would fail on the second CREATE TABLE

    const rows = await database.sql`SELECT count(*)::int AS n FROM later`;
    expect(rows).toEqual([{ n: 0 }]);
  });

  test('changes nothing when one statement of several fails', async () => {
    await using database = await createTestDatabase();
    using folder = folderWithOneMore('CREATE TABLE later (id int PRIMARY KEY);--> statement-breakpoint\nCREATE TABLE workspaces (id int);');

    await expect(migrateDatabase(database.url, folder.path)).rejects.toThrow(/already exists/);

    expect(await database.sql`SELECT to_regclass('later') AS later`).toEqual([{ later: null }]);
  });

  test('refuses a database of a newer version and says what to do', async () => {
    await using database = await createTestDatabase();
    await database.sql`INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('from the future', ${Date.now() + 1e12})`;

    await expect(migrateDatabase(database.url)).rejects.toMatchObject({ kind: 'precondition_failed', message: expect.stringMatching(/newer version of Parley/) });
  });

  test('says in one line which server it cannot use, without the password', async () => {
    await using database = await createTestDatabase();
    const refused = await migrateDatabase(`postgres://me:pass-word@127.0.0.1:${CLOSED_PORT}/parley`).catch((error: unknown) => error);

    expect(refused).toMatchObject({ kind: 'precondition_failed', message: expect.stringMatching(new RegExp(`^Cannot use the database at 127\\.0\\.0\\.1:${CLOSED_PORT}/parley \\(ECONNREFUSED\\): check DATABASE_URL`)) });
    expect(String(refused)).not.toContain('pass-word');
    await expect(migrateDatabase(database.url)).resolves.toBeUndefined();
  });

  test('enables pgvector 0.8 or newer', async () => {
    await using database = await createTestDatabase();

    const [row] = await database.sql`SELECT extversion >= '0.8' AS enough, '[1,2,3]'::vector <-> '[1,2,4]'::vector AS distance FROM pg_extension WHERE extname = 'vector'`;

    expect(row).toEqual({ enough: true, distance: 1 });
  });
});

describe('checkServer', () => {
  test.each([
    { title: 'an old server', answers: [[{ number: 140012, version: '14.12' }]], says: /PostgreSQL 14\.12 is too old.*15 or newer/ },
    { title: 'a server without pgvector', answers: [[{ number: 170002, version: '17.2' }], []], says: /no pgvector.*install/ },
    { title: 'an old pgvector', answers: [[{ number: 170002, version: '17.2' }], [{ installed: '0.7.4', available: '0.7.4' }]], says: /pgvector 0\.7\.4 is too old/ },
  ])('refuses $title with the mend', async ({ answers, says }) => {
    await using database = await createTestDatabase();
    const scripted = [...answers];
    // A server that old cannot be had here: what it would answer is put in front of the real connection.
    const sql = new Proxy(database.sql, { apply: () => Promise.resolve(scripted.shift()) });

    await expect(checkServer(sql)).rejects.toMatchObject({ kind: 'precondition_failed', message: expect.stringMatching(says) });
  });
});

/** A copy of drizzle/ with one migration more. */
function folderWithOneMore(statements: string): Disposable & { path: string } {
  const path = mkdtempSync(join(tmpdir(), 'parley-migrations-'));
  cpSync(migrationsFolder(), path, { recursive: true });
  const journalFile = join(path, 'meta', '_journal.json');
  const journal: { entries: { idx: number; when: number; tag: string; version: string; breakpoints: boolean }[] } = JSON.parse(readFileSync(journalFile, 'utf8'));
  const last = journal.entries.at(-1)!;
  journal.entries.push({ ...last, idx: last.idx + 1, when: last.when + 1, tag: '9999_later' });
  writeFileSync(journalFile, JSON.stringify(journal));
  writeFileSync(join(path, '9999_later.sql'), statements);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}
