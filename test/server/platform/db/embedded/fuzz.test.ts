import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEmbeddedDatabase } from '@test/support/embedded-database';
import { startup, WireClient } from '@test/support/wire/wire-client';
import { bind, copyData, execute, flush, frame, parse, query, sync } from '@test/support/wire/wire-frames';

const CONNECTIONS = 500;
const AT_ONCE = 4;
const CHECKS = 100;

let database: Awaited<ReturnType<typeof createEmbeddedDatabase>>;
beforeAll(async () => void (database = await createEmbeddedDatabase()));
afterAll(() => database.drop());

test('survives hostile connections, while the answers of well-behaved ones stay right', async () => {
  const { url, server } = database;
  const random = seeded(20_260);
  const wrong: string[] = [];
  let attacks = 0;
  let checks = 0;
  const isOver = () => attacks >= CONNECTIONS && checks >= CHECKS;
  const hostile = Array.from({ length: AT_ONCE }, async () => {
    for (; !isOver(); attacks++) await attack(url, random);
  });
  const wellBehaved = Array.from({ length: 4 }, async (_, id) => {
    await using client = await WireClient.connect(url, { search_path: `mine${id}` });
    await client.ask(parse('same', id % 2 ? 'SELECT $1::text' : "SELECT $1::text || ''"), sync());
    while (!isOver()) {
      const value = `${id}-${checks++}`;
      const answers = [
        (await client.rows(`SELECT '${value}'`))[0] === value,
        (await client.ask(bind({ statement: 'same', values: [value] }), execute(), sync()))[1] === `D ${value}`,
        (await client.ask('BEGIN', `SELECT '${value}'`, 'ROLLBACK')).includes(`D ${value}`),
        (await client.rows('SHOW search_path'))[0] === `mine${id}`,
      ];
      if (answers.includes(false)) wrong.push(value);
    }
  });
  await Promise.all([...hostile, ...wellBehaved]);

  expect(wrong).toEqual([]);
  expect(server.child.exitCode).toBeNull();
  await using late = await WireClient.connect(url);
  expect(await late.rows('SELECT 1')).toEqual(['1']);
});

/** One connection that misbehaves: sent in pieces or whole, then cut, politely or not. */
async function attack(url: string, random: () => number): Promise<void> {
  const client = await WireClient.open(url);
  const bytes = Buffer.concat(hostileFrames(url, random));
  if (random() < 0.3) for (let at = 0; at < bytes.length; at += 7) client.socket.write(bytes.subarray(at, at + 7));
  else client.socket.write(bytes);
  await sleep(random() * 20);
  if (random() < 0.5) client.socket.destroy();
  else client.kill();
}

function hostileFrames(url: string, random: () => number): Buffer[] {
  const pick = <T>(...choices: T[]): T => choices[Math.floor(random() * choices.length)]!;
  const noise = (longest: number) => Buffer.from(Array.from({ length: Math.floor(random() * longest) }, () => Math.floor(random() * 256)));
  const login = [startup({ user: 'postgres', database: 'postgres' }), frame('p', `${decodeURIComponent(new URL(url).password)}\0`)];
  const badLength = (type: string, length: number) => {
    const bytes = Buffer.alloc(9, type);
    bytes.writeInt32BE(length, 1);
    return bytes;
  };
  return pick<() => Buffer[]>(
    () => [noise(200)],
    () => [startup({ user: 'postgres' }), noise(200)],
    () => [...login, noise(200)],
    () => [...login, frame(pick(...'PBDECSHQFdcfp'), noise(60)), sync()],
    () => [...login, ...Array.from({ length: 20 }, () => frame(pick(...'PBDECSHQ'), pick('\0', 'same\0', 'Ssame\0', 'P\0', 'S\0'), noise(20))), sync()],
    () => [...login, query('BEGIN'), parse('', 'SELECT 1/0'), bind(), execute(), flush()],
    () => [...login, query('BEGIN; LOCK TABLE pg_class IN SHARE MODE')],
    () => [...login, query("SELECT 'cut short'").subarray(0, 9)],
    () => [...login, parse('same', "SELECT 'hostile'"), sync(), bind({ statement: 'same' }), execute(), sync()],
    () => [...login, badLength('Q', pick(-1, 0, 3, 1 << 30))],
    () => [...login, query("SET search_path = evil; SET timezone = 'Asia/Tokyo'"), parse('', "SELECT 'hostile'"), flush()],
    () => [...login, query('COPY (SELECT 1) TO STDOUT'), query('/* x */ COPY nosuch FROM STDIN'), copyData('abc'), pick(frame('c'), noise(9))],
    () => [...login, query('LISTEN hostile'), query("NOTIFY hostile, 'x'"), query('SELECT generate_series(1, 5000)')],
    () => [...login, query('DEALLOCATE ALL'), query('DISCARD ALL'), query('RESET ALL; SET ROLE none; SELECT 1'), query('CREATE TEMP TABLE h (n int); SELECT 1/0')],
    () => [...login, query('SET search_path = evil; BEGIN; CREATE TABLE evil (n int)'), frame('X')],
  )();
}

/** Mulberry32: the same attacks in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
