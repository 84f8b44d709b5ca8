import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cloneEmbeddedTemplate } from '@test/support/embedded-database';
import { startEmbeddedProcess } from '@test/support/embedded-process';
import { WireClient } from '@test/support/wire/wire-client';

const run = promisify(execFile);
const script = (name: string, ...args: (string | number)[]) => run(process.execPath, ['--import', 'tsx', `test/support/power-loss/${name}.ts`, ...args.map(String)], { timeout: 250_000 });

let folder: string;
let template: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'parley-power-'));
  const dataDir = await cloneEmbeddedTemplate();
  await using server = await startEmbeddedProcess(dataDir);
  {
    await using client = await WireClient.connect(server.url);
    await client.ask('CREATE TABLE kv (id int PRIMARY KEY, v text)', 'CREATE INDEX ON kv (md5(v))', 'CREATE TABLE ledger (n int)', 'INSERT INTO ledger VALUES (0)', 'CHECKPOINT');
  }
  await server.stop('SIGTERM');
  template = join(folder, 'template');
  cpSync(join(dataDir, 'database', 'data'), template, { recursive: true });
  rmSync(dataDir, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// More rounds, with other seeds: `POWER_LOSS_ROUNDS=20 npx vitest run -c test/vitest.config.ts power-loss`.
const rounds = Number(process.env.POWER_LOSS_ROUNDS ?? 1);
const cases = Array.from({ length: rounds }, (_, round) => [
  { mode: 'deferred', loss: 'none survive', seed: round * 10 + 1, after: 900 + round * 137 },
  { mode: 'deferred', loss: 'some survive', seed: round * 10 + 2, after: 2100 + round * 151 },
  { mode: 'deferred', loss: 'all but the log survive', seed: round * 10 + 3, after: 1500 + round * 163 },
  { mode: 'inline', loss: 'some survive', seed: round * 10 + 4, after: 1800 + round * 127 },
]).flat();

async function losePower(options: { mode: string; loss: string; seed: number; after: number }): Promise<{ findings: string[]; acknowledged: number }> {
  const cluster = join(folder, `cluster-${options.mode}-${options.seed}`);
  const survivors = join(folder, `survivors-${options.mode}-${options.seed}`);
  cpSync(template, cluster, { recursive: true });
  await expect(script('victim', cluster, survivors, options.seed, options.mode, options.loss, options.after)).rejects.toMatchObject({ code: 9 });
  return JSON.parse((await script('examiner', survivors, options.seed)).stdout) as { findings: string[]; acknowledged: number };
}

test.each(cases)('loses no acknowledged transaction and breaks no page when the power fails ($mode, $loss, seed $seed)', async (options) => {
  const { findings, acknowledged } = await losePower(options);

  expect(findings).toEqual([]);
  expect(acknowledged).toBeGreaterThan(0);
}, 600_000);

test('would find the loss of a database that does not sync', async () => {
  const { findings } = await losePower({ mode: 'stock', loss: 'none survive', seed: 1, after: 900 });

  expect(findings).toContainEqual(expect.stringMatching(/was acknowledged/));
}, 600_000);
