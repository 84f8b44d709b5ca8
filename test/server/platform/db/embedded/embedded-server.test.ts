import { mkdtempSync, rmSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmbeddedServer } from '@/server/platform/db/embedded/embedded-server';
import { ensureEmbeddedTemplate } from '@test/support/embedded-database';
import { churnJobs, folderBytes } from '@test/support/job-churn';
import { startup, WireClient } from '@test/support/wire/wire-client';
import { bind, copyData, copyDone, execute, frame, parse, query, sync } from '@test/support/wire/wire-frames';

const LIMITS = { maxMessageBytes: 1 << 20, maxBatchBytes: 2 << 20, maxConnections: 6, maxUnreadBytes: 64 << 10 };
const HOUSEKEEPING = { checkpointWalBytes: 2 << 20, vacuumEveryMs: 500 };

interface TestServer extends AsyncDisposable { url: string; folder: string; logged: string[] }

/** With the usual patience, which is longer than any machine needs, unless another is given. */
async function start(patience: { idleInTransactionMs?: number; startupMs?: number } = {}): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-embedded-'));
  const logged: string[] = [];
  await cp(await ensureEmbeddedTemplate(), folder, { recursive: true });
  const server = await startEmbeddedServer({
    ...LIMITS, ...HOUSEKEEPING, ...patience,
    folder: join(folder, 'database'), password: 'it is "secret" /?', // as a URL has to carry it
    log: (message) => void logged.push(message),
    onFatal: (error) => { throw error; },
  });
  return {
    url: server.url, folder, logged,
    async [Symbol.asyncDispose]() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let server: TestServer;
beforeAll(async () => { server = await start(); });
afterAll(() => server[Symbol.asyncDispose]());

const connect = () => WireClient.connect(server.url);
const refusal = async (client: WireClient) => /(?:^|\0)C([^\0]{5})/.exec((await client.until('E')).at(-1)!.body.toString())?.[1];

describe('limits of a connection', () => {
  test('ends a transaction that is left open, so that others get their turn', async () => {
    await using hasty = await start({ idleInTransactionMs: 400 });
    await using idle = await WireClient.connect(hasty.url);
    await idle.ask('BEGIN', 'CREATE TABLE never (n int)');
    await using waiting = await WireClient.connect(hasty.url);

    expect(await waiting.rows("SELECT to_regclass('never')")).toEqual(['null']);
    expect(await refusal(idle)).toBe('25P03');
    expect(hasty.logged).toContain('a transaction was left open');
  });

  test('waits for a COPY as long as data comes, and no longer', async () => {
    const idleInTransactionMs = 3_000; // so long that no machine stands still for it
    await using hasty = await start({ idleInTransactionMs });
    await using client = await WireClient.connect(hasty.url);
    await client.ask('CREATE TABLE stalled (n int)');
    client.send(query('COPY stalled FROM STDIN'));
    for (let n = 0; n < 5; n++) {
      await sleep(idleInTransactionMs / 4);
      client.send(copyData(`${n}\n`));
    }
    client.send(copyDone());
    expect((await client.until('Z')).map((message) => message.type)).toEqual(['G', 'C', 'Z']);
    await client.ask('TRUNCATE stalled');

    client.send(query('COPY stalled FROM STDIN'), copyData('1\n'));

    expect(await refusal(client)).toBe('25P03');
    await using other = await WireClient.connect(hasty.url);
    expect(await other.rows('SELECT count(*) FROM stalled')).toEqual(['0']);
  });

  test('says so when too many connect, and takes new ones when some have left', async () => {
    const clients = await Promise.all(Array.from({ length: LIMITS.maxConnections }, connect));

    await expect(connect()).rejects.toMatchObject({ sqlState: '53300' });
    for (const client of clients) await client[Symbol.asyncDispose]();
    await using late = await connect();
    expect(await late.rows('SELECT 1')).toEqual(['1']);
  });

  test('hangs up on whoever takes too long to say who they are', async () => {
    await using hasty = await start({ startupMs: 400 });
    const client = await WireClient.open(hasty.url);

    expect(await refusal(client)).toBe('08000');
  });

  test('lets a stranger send a short password and nothing else', async () => {
    for (const message of [frame('p', Buffer.alloc(100_000)), query('SELECT 1')]) {
      const client = await WireClient.open(server.url);
      client.send(startup({ user: 'postgres' }), message);

      expect(['08P01', '28P01']).toContain(await refusal(client));
      expect(client.received.some((received) => received.type === 'D')).toBe(false);
    }
  });

  test.each([
    { what: 'a message that is too long', send: (client: WireClient) => client.send(query(`SELECT '${'x'.repeat(LIMITS.maxMessageBytes)}'`)), sqlState: '08P01' },
    { what: 'too much before a Sync', send: (client: WireClient) => client.send(...Array.from({ length: 5 }, () => parse('', `SELECT '${'x'.repeat(500_000)}'`))), sqlState: '54000' },
  ])('refuses $what', async ({ send, sqlState }) => {
    const client = await connect();
    send(client);

    expect(await refusal(client)).toBe(sqlState);
  });

  test('fails a COPY that brings too much, and keeps its connection', async () => {
    await using client = await connect();
    await client.ask('CREATE TABLE flooded (t text)');

    expect(await client.ask('COPY flooded FROM STDIN', ...Array.from({ length: 6 }, () => copyData(`${'x'.repeat(500_000)}\n`)), copyDone())).toEqual(['G', 'E 57014', 'Z I']);
    expect(await client.rows('SELECT count(*) FROM flooded')).toEqual(['0']);
  });

  test('drops a listener that does not read, and nobody else', async () => {
    const deaf = await connect();
    await deaf.ask('LISTEN noise');
    deaf.socket.pause();
    await using sender = await connect();
    // More than the kernel's own buffers take, at nearly 8,000 bytes each.
    for (let n = 0; n < 40; n++) await sender.ask(`SELECT count(pg_notify('noise', g || repeat('x', 7900))) FROM generate_series(1, 50) g`);
    deaf.socket.resume();

    await expect(deaf.until('Z')).rejects.toThrow('closed');
    expect(await sender.rows('SELECT 1')).toEqual(['1']);
  });
});

describe('sharing one session', () => {
  test('undoes the settings of a start-up packet that is refused', async () => {
    await expect(WireClient.connect(server.url, { search_path: 'evil', options: '-c work_mem=nonsense' })).rejects.toMatchObject({ sqlState: '22023' });
    await using client = await connect();

    expect(await client.rows('SHOW search_path')).toEqual(['public']);
  });

  test('leaves no statements behind when connections end', async () => {
    for (let n = 0; n < 5; n++) {
      await using client = await connect();
      await client.ask(parse('a', 'SELECT 1'), parse('b', 'SELECT 2'), sync());
      await client.ask(parse('', 'SELECT 1/0'), bind(), execute(), parse('c', 'SELECT 3'), sync());
    }
    await using client = await connect();
    await expect.poll(() => client.rows('SELECT count(*) FROM pg_prepared_statements')).toEqual(['0']);
  });
});

describe('housekeeping', () => {
  test('keeps tables and folder from growing with the traffic', async () => {
    await churnJobs(server.url, 1500);
    await using client = await connect();
    const deadRows = () => client.rows("SELECT n_dead_tup <= 50 + 0.2 * greatest(reltuples, 0) FROM pg_stat_user_tables s JOIN pg_class c ON c.oid = s.relid WHERE s.relname = 'churn'");
    await expect.poll(deadRows).toEqual(['t']);

    for (let round = 0; round < 5; round++) {
      await churnJobs(server.url, 1500);
      await expect.poll(deadRows).toEqual(['t']);
    }

    const [size] = await client.rows("SELECT pg_total_relation_size('churn')");
    // Between two vacuums 1,500 jobs leave about 1 MB; without any, the six rounds would have left more than 6 MB.
    expect(Number(size)).toBeLessThan(3 << 20);
    expect(folderBytes(join(server.folder, 'database', 'data', 'pg_wal'))).toBeLessThanOrEqual(128 << 20);
  });

  test('writes a checkpoint when enough has been logged', async () => {
    await using client = await connect();
    const redo = () => client.rows('SELECT redo_lsn FROM pg_control_checkpoint()');
    const before = await redo();
    await client.ask(`CREATE TABLE logged AS SELECT g, repeat('x', 1000) FROM generate_series(1, ${Math.ceil((1.5 * HOUSEKEEPING.checkpointWalBytes) / 1000)}) g`);

    await expect.poll(redo).not.toEqual(before);
  });
});
