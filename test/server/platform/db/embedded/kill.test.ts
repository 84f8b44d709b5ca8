import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { cloneEmbeddedTemplate } from '@test/support/embedded-database';
import { startEmbeddedProcess } from '@test/support/embedded-process';
import { WireClient } from '@test/support/wire/wire-client';
import { query } from '@test/support/wire/wire-frames';

const ROUNDS = 20;
const WRITERS = 4;

test('misses nothing it acknowledged, and nothing by halves, after 20 kills in the middle of writes', async () => {
  const folder = await cloneEmbeddedTemplate();
  const acknowledged = new Set<number>();
  let next = 1;
  let lost: number[] = [];
  let halves: string[] = [];

  for (let round = 0; round <= ROUNDS; round++) {
    const server = await startEmbeddedProcess(folder);
    const reader = await WireClient.connect(server.url);
    if (round === 0) await reader.ask('CREATE TABLE written (n int PRIMARY KEY, filler text); CREATE TABLE twin (n int PRIMARY KEY)');
    const stored = new Set((await reader.rows('SELECT n FROM written')).map(Number));
    lost = [...acknowledged].filter((n) => !stored.has(n));
    halves = await reader.rows('SELECT n FROM written FULL JOIN twin USING (n) WHERE written.ctid IS NULL OR twin.ctid IS NULL');
    if (round === ROUNDS || lost.length > 0 || halves.length > 0) {
      await server.stop('SIGKILL');
      break;
    }

    const writers = Array.from({ length: WRITERS }, async () => {
      try {
        await using client = await WireClient.connect(server.url);
        for (;;) {
          const n = next++;
          const answers = await client.ask('BEGIN', `INSERT INTO written VALUES (${n}, repeat('x', ${n % 3000}))`, `INSERT INTO twin VALUES (${n})`, 'COMMIT');
          if (answers.includes('C COMMIT')) acknowledged.add(n);
        }
      } catch {
        // The server is gone, which is what ends every round.
      }
    });
    if (round % 4 === 3) reader.send(query('CHECKPOINT')); // sometimes in the middle of one
    const before = acknowledged.size;
    while (acknowledged.size < before + 2 && server.child.exitCode === null) await sleep(5); // also where a write takes long
    await sleep(30 + ((round * 37) % 170));
    await server.stop('SIGKILL');
    await Promise.all(writers);
  }
  rmSync(folder, { recursive: true, force: true });

  expect(lost).toEqual([]);
  expect(halves).toEqual([]);
  expect(acknowledged.size).toBeGreaterThan(ROUNDS);
}, 600_000); // 25 s on a quiet machine: each round starts a server that recovers
