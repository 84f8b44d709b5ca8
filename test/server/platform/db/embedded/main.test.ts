import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { describe, expect, test } from 'vitest';
import { EXIT_NEEDS_MENDING } from '@/server/platform/process-messages';
import { lockFolder } from '@/server/platform/db/embedded/folder-lock';
import { cloneEmbeddedTemplate } from '@test/support/embedded-database';
import { startEmbeddedProcess } from '@test/support/embedded-process';
import { freePort } from '@test/support/parley-process';
import { WireClient } from '@test/support/wire/wire-client';

describe('the db process', () => {
  test('stops cleanly, and finds everything again at its next start', async () => {
    await using folder = await temporaryClone();
    {
      await using first = await startEmbeddedProcess(folder.path);
      await run(first.url, (sql) => sql`INSERT INTO workspaces (name, slug) VALUES ('Kept', 'kept')`);

      expect(await first.stop('SIGTERM')).toBe(0);
    }
    await using second = await startEmbeddedProcess(folder.path);

    expect(await run(second.url, (sql) => sql`SELECT name FROM workspaces`)).toEqual([{ name: 'Kept' }]);
  });

  test('rolls back and says why when it stops under an open transaction', async () => {
    await using folder = await temporaryClone();
    await using server = await startEmbeddedProcess(folder.path);
    await using client = await WireClient.connect(server.url);
    await client.ask('BEGIN', "INSERT INTO workspaces (name, slug) VALUES ('Undone', 'undone')");
    const stopped = server.stop('SIGTERM');

    expect((await client.until('E')).at(-1)!.body.toString()).toContain('57P01');
    expect(await stopped).toBe(0);
    await using again = await startEmbeddedProcess(folder.path);
    expect(await run(again.url, (sql) => sql`SELECT name FROM workspaces`)).toEqual([]);
  });

  test('returns at the address it had', async () => {
    await using folder = await temporaryClone();
    const port = String(await freePort());
    const first = await startEmbeddedProcess(folder.path, { PARLEY_DATABASE_PORT: port });
    await first.stop('SIGKILL');
    await using second = await startEmbeddedProcess(folder.path, { PARLEY_DATABASE_PORT: port });

    expect(new URL(first.url).port).toBe(port);
    expect(second.url).toBe(first.url);
  });

  test('refuses a folder that another process uses, in one line that names it', async () => {
    await using folder = await temporaryClone();
    await using server = await startEmbeddedProcess(folder.path);

    await expect(startEmbeddedProcess(folder.path)).rejects.toMatchObject({
      exitCode: EXIT_NEEDS_MENDING,
      fatal: expect.stringMatching(new RegExp(`^The data folder ${folder.path}/database is in use by another process \\(pid ${server.child.pid}\\): .+$`)),
    });
  });

  test('takes the folder of a process that was killed', async () => {
    await using folder = await temporaryClone();
    await (await startEmbeddedProcess(folder.path)).stop('SIGKILL');
    await using server = await startEmbeddedProcess(folder.path);

    expect(await run(server.url, (sql) => sql`SELECT 1 AS one`)).toEqual([{ one: 1 }]);
  });

  test('refuses a folder that cannot be written, in one line that names it', async () => {
    const parent = mkdtempSync(join(tmpdir(), 'parley-unwritable-'));
    const file = join(parent, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o400); // a file in the way holds for root too, whom permissions do not stop

    await expect(startEmbeddedProcess(join(file, 'data'))).rejects.toMatchObject({
      exitCode: EXIT_NEEDS_MENDING,
      fatal: expect.stringMatching(/^The data folder .*file\/data\/database cannot be written \(ENOTDIR\): .*PARLEY_DATA_DIR.*$/),
    });
    rmSync(parent, { recursive: true });
  });

  test('keeps the folder to its user, and asks everybody for the password', async () => {
    await using folder = await temporaryClone();
    await using server = await startEmbeddedProcess(folder.path);
    const wrong = new URL(server.url);
    wrong.password = 'guessed';

    expect(statSync(join(folder.path, 'database')).mode & 0o077).toBe(0);
    await expect(WireClient.connect(wrong.href)).rejects.toMatchObject({ sqlState: '28P01' });
  });

  test('does not start without a password', async () => {
    await using folder = await temporaryClone();

    await expect(startEmbeddedProcess(folder.path, { PARLEY_DATABASE_PASSWORD: '' })).rejects.toMatchObject({ exitCode: EXIT_NEEDS_MENDING, fatal: expect.stringContaining('PARLEY_DATABASE_PASSWORD') });
  });
});

describe('the folder lock', () => {
  test.each(['flock or exlock', 'socket'] as const)('by %s excludes a second owner until it is released', async (how) => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-lock-'));
    const only = how === 'socket' ? how : undefined;
    const lock = await lockFolder(folder, only);

    await expect(lockFolder(folder, only)).rejects.toMatchObject({ kind: 'conflict' });
    lock.release();
    (await lockFolder(folder, only)).release();
    rmSync(folder, { recursive: true });
  });

  test('lets one of many win', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-lock-'));
    const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder, 'socket')));
    const won = attempts.filter((attempt) => attempt.status === 'fulfilled');

    expect(won).toHaveLength(1);
    won[0]!.value.release();
    rmSync(folder, { recursive: true });
  });
});

async function temporaryClone(): Promise<AsyncDisposable & { path: string }> {
  const path = await cloneEmbeddedTemplate();
  return { path, [Symbol.asyncDispose]: async () => rmSync(path, { recursive: true, force: true }) };
}

async function run<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
