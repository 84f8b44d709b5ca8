import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEmbeddedDatabase } from '@test/support/embedded-database';
import { createNativeDatabase } from '@test/support/native-database';
import { WireClient } from '@test/support/wire/wire-client';
import { bind, closePortal, closeStatement, copyData, copyDone, copyFail, describeStatement, execute, flush, frame, parse, query, sync } from '@test/support/wire/wire-frames';

/**
 * One suite, two servers: every expectation below holds for native Postgres and for the embedded database, message by
 * message. Where the embedded database cannot agree, LIMITS at the end says what each of the two does.
 */
const nativeUrl = process.env.TEST_DATABASE_URL;
const servers = [
  { name: 'embedded', open: createEmbeddedDatabase },
  ...(nativeUrl ? [{ name: 'native', open: () => createNativeDatabase(nativeUrl) }] : []),
] as const;

describe.each(servers)('$name Postgres', ({ name, open }) => {
  let url: string;
  let drop: () => Promise<void>;
  beforeAll(async () => ({ url, drop } = await open()));
  afterAll(() => drop());

  const connect = (parameters?: Record<string, string>) => WireClient.connect(url, parameters);
  const driver = (max = 1) => {
    const sql = postgres(url, { max, onnotice: () => {} });
    return Object.assign(sql, { [Symbol.asyncDispose]: () => sql.end({ timeout: 1 }) });
  };
  const inserted = (table: string) => `SELECT count(*) FROM ${table}`;

  describe('statements', () => {
    test('keeps statements of the same name apart, whoever runs first', async () => {
      await using one = await connect();
      await using two = await connect();
      await one.ask(parse('same', "SELECT 'one'"), sync());
      await two.ask(parse('same', "SELECT 'two', 2"), sync());

      expect(await one.ask(bind({ statement: 'same' }), execute(), sync())).toEqual(['2', 'D one', 'C SELECT 1', 'Z I']);
      expect(await two.ask(bind({ statement: 'same' }), execute(), sync())).toEqual(['2', 'D two,2', 'C SELECT 1', 'Z I']);
      expect(await one.ask(describeStatement('same'), sync())).toEqual(['t', 'Z I']);
    });

    test('keeps the unnamed statements of two connections apart', async () => {
      await using one = await connect();
      await using two = await connect();
      await one.ask(parse('', "SELECT 'one'"), sync());
      await two.ask(parse('', "SELECT 'two'"), sync());

      expect(await one.ask(bind(), execute(), sync())).toEqual(['2', 'D one', 'C SELECT 1', 'Z I']);
      expect(await two.ask(bind(), execute(), sync())).toEqual(['2', 'D two', 'C SELECT 1', 'Z I']);
    });

    test("drops the unnamed statement at a connection's own simple query, not at another's", async () => {
      await using one = await connect();
      await using two = await connect();
      await one.ask(parse('', "SELECT 'one'"), sync());
      await two.ask('SELECT 2');
      expect(await one.ask(bind(), execute(), sync())).toEqual(['2', 'D one', 'C SELECT 1', 'Z I']);

      await one.ask('SELECT 1');
      expect(await one.ask(bind(), execute(), sync())).toEqual(['E 26000', 'Z I']);
    });

    test('keeps the unnamed statement while others parse theirs in transactions', async () => {
      await using one = await connect();
      await using two = await connect();
      await one.ask(parse('', "SELECT 'one'"), sync());
      await two.ask('BEGIN', parse('', "SELECT 'two'"), sync());
      await two.ask('COMMIT');
      two.send(parse('', "SELECT 'two'"), flush());
      await two.ask(parse('', "SELECT 'later'"), sync());

      expect(await one.ask(bind(), execute(), sync())).toEqual(['2', 'D one', 'C SELECT 1', 'Z I']);
      expect(await two.ask(bind(), execute(), sync())).toEqual(['2', 'D later', 'C SELECT 1', 'Z I']);
    });

    test('never runs the statement of another connection after a Parse that was skipped', async () => {
      await using one = await connect();
      await using two = await connect();
      await one.ask(parse('', "SELECT 'secret'"), sync());
      await two.ask(parse('', 'SELECT 1/0'), bind(), execute(), parse('', "SELECT 'mine'"), sync());

      expect((await two.ask(bind(), execute(), sync())).join()).not.toContain('secret');
      expect(await one.ask(bind(), execute(), sync())).toEqual(['2', 'D secret', 'C SELECT 1', 'Z I']);
    });

    test('refuses names that are taken or unknown, and reuses closed ones', async () => {
      await using client = await connect();
      await client.ask(parse('a', 'SELECT 1'), sync());

      expect(await client.ask(parse('a', 'SELECT 2'), sync())).toEqual(['E 42P05', 'Z I']);
      expect(await client.ask(bind({ statement: 'b' }), sync())).toEqual(['E 26000', 'Z I']);
      expect(await client.ask(closeStatement('a'), parse('a', 'SELECT 3'), bind({ statement: 'a' }), execute(), sync())).toEqual(['3', '1', '2', 'D 3', 'C SELECT 1', 'Z I']);
    });

    test('DEALLOCATE ALL forgets the statements of one connection only', async () => {
      await using one = await connect();
      await using two = await connect();
      await one.ask(parse('s', 'SELECT 1'), sync());
      await two.ask(parse('s', 'SELECT 2'), sync());
      await one.ask('DEALLOCATE ALL');

      expect(await one.ask(bind({ statement: 's' }), sync())).toEqual(['E 26000', 'Z I']);
      expect(await two.ask(bind({ statement: 's' }), execute(), sync())).toEqual(['2', 'D 2', 'C SELECT 1', 'Z I']);
    });

    test('answers empty queries, several statements in one query, and nulls', async () => {
      await using client = await connect();

      expect(await client.ask('')).toEqual(['I', 'Z I']);
      expect(await client.ask("SELECT 1; SELECT 'b', NULL; SELECT")).toEqual(['D 1', 'C SELECT 1', 'D b,null', 'C SELECT 1', 'D ', 'C SELECT 1', 'Z I']);
    });
  });

  describe('portals', () => {
    test('suspends and resumes two portals in turn', async () => {
      await using client = await connect();
      await client.ask('BEGIN');
      const ask = parse('', 'SELECT g FROM generate_series($1::int, $1::int + 2) g');

      expect(await client.ask(
        ask, bind({ portal: 'p', values: ['10'] }), ask, bind({ portal: 'q', values: ['20'] }),
        execute('p', 2), execute('q', 1), execute('p', 2), closePortal('q'), execute('q', 1), sync(),
      )).toEqual(['1', '2', '1', '2', 'D 10', 'D 11', 's', 'D 20', 's', 'D 12', 'C SELECT 1', '3', 'E 34000', 'Z E']);
    });

    test('keeps a portal over Sync inside a transaction, and drops it at the end', async () => {
      await using client = await connect();
      await client.ask('BEGIN');
      await client.ask(parse('', 'SELECT g FROM generate_series(1, 3) g'), bind({ portal: 'p' }), execute('p', 1), sync());

      expect(await client.ask(execute('p', 1), sync())).toEqual(['D 2', 's', 'Z T']);
      expect(await client.ask('COMMIT')).toEqual(['C COMMIT', 'Z I']);
      expect(await client.ask(execute('p', 1), sync())).toEqual(['E 34000', 'Z I']);
    });

    test('lets drivers walk a large result by cursor', async () => {
      await using sql = driver();
      let rows = 0;
      await sql`SELECT g FROM generate_series(1, 2500) g`.cursor(100, (page) => void (rows += page.length));

      expect(rows).toBe(2500);
    });
  });

  describe('pipelines', () => {
    test('skips to the next Sync after an error, and undoes the batch', async () => {
      await using client = await connect();
      await client.ask('CREATE TABLE batch (n int)');
      const insert = (n: number) => [parse('', `INSERT INTO batch VALUES (${n})`), bind(), execute()];

      expect(await client.ask(
        ...insert(1), ...insert(2), sync(),
        ...insert(3), parse('', 'SELECT 1/0'), bind(), execute(), ...insert(4), sync(),
        ...insert(5), sync(),
      )).toEqual([
        '1', '2', 'C INSERT 0 1', '1', '2', 'C INSERT 0 1', 'Z I',
        '1', '2', 'C INSERT 0 1', '1', 'E 22012', 'Z I',
        '1', '2', 'C INSERT 0 1', 'Z I',
      ]);
      expect(await client.rows('SELECT n FROM batch ORDER BY n')).toEqual(['1', '2', '5']);
    });

    test('answers what was flushed before the Sync comes', async () => {
      await using client = await connect();
      client.send(parse('', 'SELECT 1'), bind(), execute(), flush());

      expect((await client.until('C')).map((message) => message.type)).toEqual(['1', '2', 'D', 'C']);
      expect(await client.ask(sync())).toEqual(['Z I']);
    });

    test('gives every promise of a driver its own answer or error', async () => {
      await using sql = driver();
      const answers = await Promise.allSettled([sql`SELECT 1 AS x`, sql`SELECT 1/0 AS x`, sql`SELECT 3 AS x`, sql`SELECT 'a'::int AS x`, sql`SELECT 5 AS x`]);

      expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value[0]?.x : answer.reason.code))).toEqual([1, '22012', 3, '22P02', 5]);
    });

    test('undoes a simple query of several statements when one fails', async () => {
      await using client = await connect();

      expect(await client.ask('CREATE TABLE half (n int); INSERT INTO half VALUES (1); SELECT 1/0; SELECT 2')).toEqual(['C CREATE TABLE', 'C INSERT 0 1', 'E 22012', 'Z I']);
      expect(await client.rows("SELECT to_regclass('half')")).toEqual(['null']);
    });
  });

  describe('transactions', () => {
    test('shows the state after every statement, and refuses all but the end after an error', async () => {
      await using client = await connect();

      expect(await client.ask('BEGIN')).toEqual(['C BEGIN', 'Z T']);
      expect(await client.ask('SELECT 1/0')).toEqual(['E 22012', 'Z E']);
      expect(await client.ask('SELECT 1')).toEqual(['E 25P02', 'Z E']);
      expect(await client.ask(parse('', 'SELECT 1'), bind(), execute(), sync())).toEqual(['E 25P02', 'Z E']);
      expect(await client.ask('COMMIT')).toEqual(['C ROLLBACK', 'Z I']);
    });

    test('rolls back to a savepoint and keeps the rest', async () => {
      await using sql = driver(2);
      await sql`CREATE TABLE saved (n int)`;
      await sql.begin(async (tx) => {
        await tx`INSERT INTO saved VALUES (1)`;
        await tx.savepoint((inner) => inner`INSERT INTO saved SELECT 1/0`).catch(() => {});
        await tx`INSERT INTO saved VALUES (2)`;
      });

      expect(await sql`SELECT n FROM saved ORDER BY n`).toEqual([{ n: 1 }, { n: 2 }]);
    });

    test('loses no update among concurrent transactions', async () => {
      await using sql = driver(10);
      await sql`CREATE TABLE accounts (id int PRIMARY KEY, n int)`;
      await sql`INSERT INTO accounts SELECT g, 0 FROM generate_series(1, 5) g`;
      await Promise.all(Array.from({ length: 200 }, (_, index) => sql.begin(async (tx) => {
        const [row] = await tx<{ n: number }[]>`SELECT n FROM accounts WHERE id = ${1 + (index % 5)} FOR UPDATE`;
        await tx`UPDATE accounts SET n = ${row!.n + 1} WHERE id = ${1 + (index % 5)}`;
      })));

      expect(await sql`SELECT sum(n)::int AS n FROM accounts`).toEqual([{ n: 200 }]);
    });

    test('excludes others by a transaction-level advisory lock', async () => {
      await using sql = driver(5);
      let inside = 0;
      let most = 0;
      await Promise.all(Array.from({ length: 5 }, () => sql.begin(async (tx) => {
        await tx`SELECT pg_advisory_xact_lock(42)`;
        most = Math.max(most, ++inside);
        await tx`SELECT 1`;
        inside--;
      })));

      expect(most).toBe(1);
    });
  });

  describe('LISTEN and NOTIFY', () => {
    test('reaches every listener, the sender too, and nobody else', async () => {
      await using one = await connect();
      await using two = await connect();
      await using other = await connect();
      await one.ask('LISTEN news');
      await two.ask('LISTEN "news"; LISTEN more');
      await other.ask('LISTEN other');

      expect(await one.ask("NOTIFY news, 'a'")).toEqual(['C NOTIFY', 'A news a', 'Z I']);
      await one.ask("SELECT pg_notify('more', 'b')");

      expect((await two.until('A', 2)).map(text)).toEqual(['news a', 'more b']);
      expect(await other.ask('SELECT 1')).toEqual(['D 1', 'C SELECT 1', 'Z I']);
    });

    test('hears what is committed, in the order of the commits', async () => {
      await using listener = await connect();
      await using sql = driver(5);
      await listener.ask('LISTEN ordered');
      await sql.begin((tx) => tx`SELECT pg_notify('ordered', 'undone')`.then(() => Promise.reject(new Error('undo')))).catch(() => {});
      for (let n = 1; n <= 3; n++) await sql.begin(async (tx) => void (await tx`SELECT pg_notify('ordered', ${String(n)})`));

      expect((await listener.until('A', 3)).map(text)).toEqual(['ordered 1', 'ordered 2', 'ordered 3']);
    });

    test('stops on UNLISTEN for one connection only', async () => {
      await using one = await connect();
      await using two = await connect();
      await one.ask('LISTEN quiet');
      await two.ask('LISTEN quiet');
      await one.ask('UNLISTEN quiet');
      await two.ask("NOTIFY quiet, 'still here'");

      expect(await one.ask('SELECT 1')).toEqual(['D 1', 'C SELECT 1', 'Z I']);
      expect(two.received.filter((message) => message.type === 'A').map(text)).toEqual(['quiet still here']);
    });

    test('does not listen when the LISTEN was rolled back', async () => {
      await using one = await connect();
      await using two = await connect();
      await two.ask('LISTEN undone');
      await one.ask('BEGIN', 'LISTEN undone', 'ROLLBACK');
      await two.ask("NOTIFY undone");

      expect(await one.ask('SELECT 1')).toEqual(['D 1', 'C SELECT 1', 'Z I']);
    });

    test('goes on for others when a listener dies', async () => {
      await using staying = await connect();
      const dying = await connect();
      await dying.ask('LISTEN shared');
      await staying.ask('LISTEN shared');
      dying.kill();
      await sleep(50);
      await using sender = await connect();
      await sender.ask("NOTIFY shared, 'x'");

      expect((await staying.until('A')).map(text)).toEqual(['shared x']);
    });
  });

  describe('COPY', () => {
    test('takes rows in and gives them out', async () => {
      await using client = await connect();
      await client.ask('CREATE TABLE copied (n int, t text)');

      expect(await client.ask('COPY copied FROM STDIN', copyData('1\to'), copyData('ne\n2\t\\N\n'), copyDone())).toEqual(['G', 'C COPY 2', 'Z I']);
      const out = await client.ask('COPY (SELECT * FROM copied ORDER BY n) TO STDOUT WITH (FORMAT csv)');
      expect(out).toEqual(['H', 'd 1,one', 'd 2,', 'c', 'C COPY 2', 'Z I']);
    });

    test('lets a driver stream both ways', async () => {
      await using sql = driver();
      await sql`CREATE TABLE streamed (n int, t text)`;
      const into = await sql`COPY streamed FROM STDIN WITH (FORMAT csv)`.writable();
      await new Promise<void>((resolve, reject) => {
        into.on('error', reject).on('finish', resolve);
        for (let n = 0; n < 5000; n++) into.write(`${n},"row ${n}"\n`);
        into.end();
      });
      expect(await sql`SELECT count(*)::int AS n FROM streamed`).toEqual([{ n: 5000 }]);

      // Last on its connection: postgres.js leaves its socket paused when a COPY arrives in one piece.
      let bytes = 0;
      for await (const chunk of await sql`COPY streamed TO STDOUT`.readable()) bytes += (chunk as Buffer).length;
      expect(bytes).toBe(5000 * '\trow \n'.length + 2 * (10 * 1 + 90 * 2 + 900 * 3 + 4000 * 4));
    });

    test('keeps nothing of a COPY that the client gives up or that holds bad data', async () => {
      await using client = await connect();
      await client.ask('CREATE TABLE refused (n int)');

      expect(await client.ask('COPY refused FROM STDIN', copyData('1\n'), copyFail('changed my mind'))).toEqual(['G', 'E 57014', 'Z I']);
      expect(await client.ask('COPY refused FROM STDIN', copyData('1\nx\n'), copyDone())).toEqual(['G', 'E 22P02', 'Z I']);
      expect(await client.rows(inserted('refused'))).toEqual(['0']);
    });

    test('takes part in the transaction around it', async () => {
      await using client = await connect();
      await client.ask('CREATE TABLE around (n int)');

      expect(await client.ask('BEGIN')).toEqual(['C BEGIN', 'Z T']);
      expect(await client.ask('COPY around FROM STDIN', copyData('1\n'), copyDone())).toEqual(['G', 'C COPY 1', 'Z T']);
      expect(await client.ask('ROLLBACK')).toEqual(['C ROLLBACK', 'Z I']);
      expect(await client.rows(inserted('around'))).toEqual(['0']);
    });

    test('does not mistake text for a COPY', async () => {
      await using client = await connect();

      expect(await client.ask("SELECT 'x; copy t from stdin' /* ; copy t from stdin */ -- ; copy t from stdin")).toEqual(['D x; copy t from stdin', 'C SELECT 1', 'Z I']);
    });
  });

  describe('dying and slow clients', () => {
    test.each([
      { how: 'in a transaction', begin: (client: WireClient) => client.ask('BEGIN', 'INSERT INTO dying VALUES (1)') },
      {
        how: 'in a pipeline without its Sync',
        begin: (client: WireClient) => {
          client.send(parse('', 'INSERT INTO dying VALUES (1)'), bind(), execute(), flush());
          return client.until('C');
        },
      },
      {
        how: 'in a COPY',
        begin: (client: WireClient) => {
          client.send(query('COPY dying FROM STDIN'), copyData('1\n'));
          return client.until('G');
        },
      },
      { how: 'inside a message', begin: (client: WireClient) => void client.send(query('INSERT INTO dying VALUES (1)').subarray(0, 12)) },
    ])('undoes what a client had open that dies $how', async ({ begin }) => {
      await using watcher = await connect();
      await watcher.ask('CREATE TABLE IF NOT EXISTS dying (n int)');
      const client = await connect();
      await begin(client);
      client.kill();

      expect(await watcher.rows(inserted('dying'))).toEqual(['0']);
      expect(await watcher.ask('INSERT INTO dying VALUES (2)', 'TRUNCATE dying')).toContain('C TRUNCATE TABLE');
    });

    test('goes on when a client dies that waits for its turn', async () => {
      await using first = await connect();
      await first.ask('CREATE TABLE queue (n int)', 'BEGIN', 'LOCK TABLE queue');
      const waiting = await connect();
      waiting.send(query('INSERT INTO queue VALUES (1)'));
      await sleep(50);
      waiting.kill();
      await sleep(50);

      expect(await first.ask('COMMIT')).toEqual(['C COMMIT', 'Z I']);
      expect(await first.ask('SELECT 1')).toEqual(['D 1', 'C SELECT 1', 'Z I']);
    });

    test('serves others while a client does not read its large answer', async () => {
      await using slow = await connect();
      slow.socket.pause();
      slow.send(query("SELECT g, repeat('x', 200) FROM generate_series(1, 100000) g"));
      await using other = await connect();
      for (let n = 0; n < 50; n++) expect(await other.rows(`SELECT ${n}`)).toEqual([String(n)]);
      slow.socket.resume();

      expect(await slow.until('Z')).toHaveLength(100_003);
    });
  });

  describe('size', () => {
    test('carries 10 MB in a parameter and back', async () => {
      await using sql = driver();
      const value = randomUUID().repeat(280_000);
      const [row] = await sql<{ length: number; value: string }[]>`SELECT length(${value}) AS length, ${value}::text AS value`;

      expect(row!.length).toBe(10_080_000);
      expect(row!.value === value).toBe(true);
    });

    test('returns 100,000 rows in order', async () => {
      await using sql = driver();
      const rows = await sql<{ g: number }[]>`SELECT g FROM generate_series(1, 100000) g`;

      expect(rows.every((row, index) => row.g === index + 1)).toBe(true);
      expect(rows).toHaveLength(100_000);
    });

    test('gives each of 50 connections its own answers', async () => {
      const wrong: string[] = [];
      await Promise.all(Array.from({ length: 50 }, async (_, id) => {
        await using client = await connect();
        await client.ask(`SET search_path = "own${id}"`, parse('s', id % 2 ? 'SELECT $1::text' : 'SELECT $1::text, 0'), sync());
        for (let n = 0; n < 10; n++) {
          const mine = `${id}-${n}`;
          const simple = await client.rows(`SELECT '${mine}'`);
          const named = await client.ask(bind({ statement: 's', values: [mine] }), execute(), sync());
          const inTransaction = await client.ask('BEGIN', `SELECT '${mine}'`, 'COMMIT');
          const setting = await client.rows('SHOW search_path');
          if (simple[0] !== mine || named[1] !== (id % 2 ? `D ${mine}` : `D ${mine},0`) || !inTransaction.includes(`D ${mine}`) || setting[0] !== `own${id}`) wrong.push(mine);
        }
      }));

      expect(wrong).toEqual([]);
    });
  });

  describe('settings', () => {
    test('keeps the settings of connections apart', async () => {
      await using one = await connect();
      await using two = await connect();
      const settings = "SELECT current_setting('search_path'), current_setting('TimeZone') = 'Asia/Tokyo', current_setting('work_mem'), nullif(current_setting('app.user', true), '')";
      const [before] = await two.rows(settings);
      await one.ask('SET search_path = s1', "SET timezone = 'Asia/Tokyo'", "SET work_mem = '9MB'", "SELECT set_config('app.user', 'al', false)");

      expect(await two.rows(settings)).toEqual([before]);
      expect(await one.rows(settings)).toEqual(['s1,t,9MB,al']);
    });

    test('undoes a SET with its transaction, and a SET LOCAL at its end', async () => {
      await using client = await connect();
      await client.ask('SET search_path = kept', 'BEGIN', 'SET search_path = undone', 'ROLLBACK', 'BEGIN', 'SET LOCAL search_path = short');

      expect(await client.rows('SHOW search_path')).toEqual(['short']);
      await client.ask('COMMIT');
      expect(await client.rows('SHOW search_path')).toEqual(['kept']);
    });

    test('DISCARD ALL returns one connection to how it began', async () => {
      await using one = await connect({ search_path: 'begun' });
      await using two = await connect();
      await one.ask('SET search_path = changed', 'LISTEN gone', parse('s', 'SELECT 1'), sync());
      await two.ask("SET search_path = 'two'", parse('s', 'SELECT 2'), sync());
      await one.ask('DISCARD ALL');
      await two.ask('NOTIFY gone');

      expect(await one.rows('SHOW search_path')).toEqual(['begun']);
      expect(await one.ask(bind({ statement: 's' }), sync())).toEqual(['E 26000', 'Z I']);
      expect(await two.rows('SHOW search_path')).toEqual(['two']);
      expect(await two.ask(bind({ statement: 's' }), execute(), sync())).toEqual(['2', 'D 2', 'C SELECT 1', 'Z I']);
    });

    test('takes settings from the start-up packet and refuses wrong ones', async () => {
      await using client = await connect({ options: '-c search_path=early -c work_mem=7MB', TimeZone: 'Asia/Tokyo' });

      expect(await client.rows("SELECT current_setting('search_path'), current_setting('work_mem'), current_setting('TimeZone')")).toEqual(['early,7MB,Asia/Tokyo']);
      await expect(connect({ options: '-c work_mem=nonsense' })).rejects.toMatchObject({ sqlState: '22023' });
      await using other = await connect();
      expect(await other.rows('SHOW search_path')).not.toEqual(['early']);
    });

    test('reports changes that drivers watch', async () => {
      await using client = await connect();

      expect(await client.ask("SET timezone = 'Asia/Tokyo'")).toEqual(['C SET', 'S TimeZone=Asia/Tokyo', 'Z I']);
    });

    test('runs each connection in its own role', async () => {
      await using one = await connect();
      await using two = await connect();
      const role = `lowly_${randomUUID().slice(0, 8)}`;
      await one.ask(`CREATE ROLE ${role}`, `SET ROLE ${role}`);

      expect(await two.rows('SELECT current_user')).toEqual(['postgres']);
      expect(await one.rows('SELECT current_user')).toEqual([role]);
      await one.ask('RESET ROLE', `DROP ROLE ${role}`);
    });

    test('drops temporary tables with their connection', async () => {
      const client = await connect();
      await client.ask('CREATE TEMP TABLE scratch (n int)');
      await client[Symbol.asyncDispose]();
      await using later = await connect();
      await expect.poll(() => later.ask('SELECT * FROM scratch')).toEqual(['E 42P01', 'Z I']);
    });
  });

  describe('bad manners', () => {
    test.each([
      { what: 'a message of an unknown type', bytes: frame('~', 'x') },
      { what: 'a message with a negative length', bytes: Buffer.from([0x51, 0xff, 0xff, 0xff, 0xff]) },
    ])('ends the connection on $what, and that one only', async ({ bytes }) => {
      await using other = await connect();
      const client = await connect();
      client.send(bytes);

      await expect(client.until('Z')).rejects.toThrow('closed');
      expect(await other.rows('SELECT 1')).toEqual(['1']);
    });

    test('ends the connection on a start-up packet that is none', async () => {
      const client = await WireClient.open(url);
      client.send(Buffer.from('GET / HTTP/1.1\r\n\r\n'));

      await expect(client.until('Z')).rejects.toThrow('closed');
    });
  });

  /** What the embedded database does otherwise, and what native Postgres does in its place. */
  const LIMITS: { limit: string; ask: (one: WireClient, two: WireClient) => Promise<unknown>; native: unknown; embedded: unknown }[] = [
    {
      limit: 'session-level advisory locks are refused: one session cannot exclude itself',
      ask: (one) => one.ask('SELECT pg_advisory_lock(1)', 'SELECT pg_advisory_unlock_all()').then((lines) => lines[0]),
      native: 'D ', embedded: 'E 0A000',
    },
    {
      limit: 'COPY FROM STDIN works as a simple query only',
      ask: async (one) => {
        await one.ask('CREATE TABLE limited (n int)');
        return one.ask(parse('', 'COPY limited FROM STDIN'), bind(), execute(), copyData('1\n'), copyDone(), sync()).then((lines) => lines.find((line) => /^[CE]/.test(line)));
      },
      native: 'C COPY 1', embedded: 'E 22P02',
    },
    {
      limit: 'a COPY FROM STDIN that cannot work asks for the data before it says so',
      ask: (one) => one.ask('COPY nosuch FROM STDIN', copyData('1\n'), copyDone()).then((lines) => lines[0]),
      native: 'E 42P01', embedded: 'G',
    },
    {
      limit: 'statement_timeout does not interrupt',
      ask: (one) => one.ask('SET statement_timeout = 50', 'SELECT pg_sleep(0.2)', 'RESET statement_timeout').then((lines) => lines[2]),
      native: 'E 57014', embedded: 'D ',
    },
    {
      limit: 'all connections have one backend process id',
      ask: async (one, two) => (await one.rows('SELECT pg_backend_pid()'))[0] === (await two.rows('SELECT pg_backend_pid()'))[0],
      native: false, embedded: true,
    },
    {
      limit: 'names of SQL-level PREPARE are shared',
      ask: (one, two) => one.ask('PREPARE p AS SELECT 1').then(() => two.ask('PREPARE p AS SELECT 2')).then((lines) => lines[0]),
      native: 'C PREPARE', embedded: 'E 42P05',
    },
    {
      limit: 'names of temporary tables are shared while their connections live',
      ask: (one, two) => one.ask('CREATE TEMP TABLE t (n int)').then(() => two.ask('CREATE TEMP TABLE t (n int)')).then((lines) => lines[0]),
      native: 'C CREATE TABLE', embedded: 'E 42P07',
    },
    {
      limit: 'while a transaction is open, other connections wait',
      ask: async (one, two) => {
        await one.ask('BEGIN');
        two.send(query("SELECT 'two'"));
        // An answer may take its time on a busy machine; that none comes has to be seen for a while only.
        const heard = two.received.length;
        for (const until = Date.now() + (name === 'native' ? 60_000 : 300); two.received.length === heard && Date.now() < until;) await sleep(10);
        const first = two.received.length === heard ? 'one' : 'two';
        await one.ask('COMMIT');
        await two.until('Z');
        return first;
      },
      native: 'two', embedded: 'one',
    },
    {
      limit: 'DISCARD ALL answers by another name',
      ask: (one) => one.ask('DISCARD ALL').then((lines) => lines[0]),
      native: 'C DISCARD ALL', embedded: 'C DISCARD PLANS',
    },
  ];

  test.each(LIMITS)('limit: $limit', async (limit) => {
    await using one = await connect();
    await using two = await connect();

    expect(await limit.ask(one, two)).toEqual(limit[name as 'native' | 'embedded']);
  });
});

/** `channel payload` of a NotificationResponse. */
const text = ({ body }: { body: Buffer }) => body.toString('utf8', 4).split('\0').slice(0, 2).join(' ');
