import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { isAlive } from '@test/support/is-alive';

const child = (name: string) => fileURLToPath(new URL(`../../support/children/${name}.ts`, import.meta.url));

describe('a process of ours', () => {
  it('ends when its supervisor died before it was listening', async () => {
    const supervisor = `const { fork } = require('node:child_process');
      const child = fork(${JSON.stringify(child('slow-starter'))}, [], { execArgv: ['--import', 'tsx'], detached: true, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
      process.stdout.write(String(child.pid), () => process.exit(0));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', supervisor]);
    const pid = Number(stdout);
    expect(pid).toBeGreaterThan(0);
    try {
      await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 60_000, interval: 50 });
    } finally {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    }
  });

  it('ends when its start fails, also inside the database driver, so that it is started again', async () => {
    const failing = spawn(process.execPath, ['--import', 'tsx', child('fails-to-start')], { stdio: 'ignore' });
    try {
      expect(await once(failing, 'exit')).toEqual([1, null]);
    } finally {
      failing.kill('SIGKILL');
    }
  });
});
