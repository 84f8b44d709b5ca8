import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, vi } from 'vitest';
import { isAlive } from '@test/support/is-alive';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** A build that starts a bundler, as ours does, and takes for ever. */
const SLOW_BUILD = `import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
const bundler = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
writeFileSync('pids.new', [process.pid, bundler.pid].join(' '));
renameSync('pids.new', 'pids');
setInterval(() => {}, 1000);
`;

it('a first start that is stopped while it builds leaves no process behind', async () => {
  const root = mkdtempSync(join(tmpdir(), 'parley-build-'));
  mkdirSync(join(root, 'src/server'), { recursive: true });
  writeFileSync(join(root, 'src/server/build.ts'), SLOW_BUILD);
  writeFileSync(join(root, 'package.json'), '{"type":"module"}');
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
  const supervisor = spawn(process.execPath, ['--import', 'tsx', join(repository, 'test/support/children/supervise.ts'), root], {
    cwd: repository, stdio: 'ignore', env: { PATH: process.env.PATH, PARLEY_DATA_DIR: join(root, 'data'), PORT: '0', REALTIME_PORT: '0' } as unknown as NodeJS.ProcessEnv,
  });
  const exited = once(supervisor, 'exit');
  let pids: number[] = [];
  try {
    await vi.waitFor(() => { pids = readFileSync(join(root, 'pids'), 'utf8').split(' ').map(Number); }, { timeout: 60_000, interval: 50 });
    expect(pids.map(isAlive)).toEqual([true, true]);
    supervisor.kill('SIGTERM');
    expect(await exited).toEqual([0, null]);
    await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), { timeout: 60_000 });
  } finally {
    supervisor.kill('SIGKILL');
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    rmSync(root, { recursive: true, force: true });
  }
});
