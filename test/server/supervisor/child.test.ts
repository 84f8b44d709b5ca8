import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Child } from '@/server/supervisor/child';

const module = fileURLToPath(new URL('../../support/children/obedient.mjs', import.meta.url));
const LIMIT = { timeout: 60_000 };
let folder: string;
let started: Child[] = [];

function child(environment: Record<string, string> | (() => Record<string, string>)) {
  const seen = { ready: [] as boolean[], urls: [] as (string | undefined)[], fatal: [] as string[], lines: [] as string[] };
  const one = new Child({
    name: 'x', module, execArgv: [],
    environment: () => ({ NOTES: join(folder, 'notes'), ...(typeof environment === 'function' ? environment() : environment) }),
    onLine: (_name, line) => seen.lines.push(line),
    onReady: (url, restarted) => { seen.ready.push(restarted); seen.urls.push(url); },
    onFatal: (message) => seen.fatal.push(message),
  });
  started.push(one);
  return { one, seen };
}
const notes = () => readFileSync(join(folder, 'notes'), 'utf8').trim().split('\n');

beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'parley-child-')); });
afterEach(async () => {
  await Promise.all(started.map((one) => one.stop(100)));
  for (const one of started) expect(one.pid).toBeUndefined();
  started = [];
  rmSync(folder, { recursive: true });
});

describe('a child process', () => {
  it('is started once it says that it is ready, with the address it names', async () => {
    const { one, seen } = child({ URL_SAID: 'http://127.0.0.1:9' });
    await one.start();
    expect(one.state).toBe('running');
    expect(seen.urls).toEqual(['http://127.0.0.1:9']);
  });

  it('comes back when it is killed, with what was found out since', async () => {
    let wanted = '0';
    const { one, seen } = child(() => ({ PORT_WANTED: wanted }));
    await one.start();
    wanted = '4711';
    process.kill(one.pid!, 'SIGKILL');
    await vi.waitFor(() => expect(seen.ready).toEqual([false, true]), LIMIT);
    expect(notes()).toEqual(['start 0', 'start 4711']);
  });

  it('drains when it is stopped and does not come back', async () => {
    const { one } = child({});
    await one.start();
    await one.stop(60_000);
    expect(one.state).toBe('stopped');
    expect(notes()).toEqual(['start ', 'drain']);
  });

  it('is killed when it does not drain in time', async () => {
    const { one } = child({ STUBBORN: '1' });
    await one.start();
    await one.stop(50);
    expect(one.pid).toBeUndefined();
  });

  it('ends the start with its own words when a person has to mend something', async () => {
    const { one, seen } = child({ MEND: 'The folder is in use: stop the other Parley.' });
    void one.start();
    await vi.waitFor(() => expect(seen.fatal).toEqual(['The folder is in use: stop the other Parley.']), LIMIT);
    expect(one.state).toBe('stopped');
  });

  it('gives up after a few tries when it was never ready', async () => {
    const { one, seen } = child({ NEVER_READY: '1' });
    void one.start();
    await vi.waitFor(() => expect(seen.fatal).toHaveLength(1), LIMIT);
    expect(notes()).toHaveLength(4);
    expect(seen.fatal[0]).toMatch(/x cannot start/);
  });

  it('goes on trying when it was ready once and then keeps dying', async () => {
    const crash = join(folder, 'crash');
    const { one, seen } = child({ CRASH_FILE: crash });
    await one.start();
    writeFileSync(crash, '');
    await vi.waitFor(() => expect(notes().length).toBeGreaterThanOrEqual(5), LIMIT);
    expect(seen.fatal).toEqual([]);
    rmSync(crash);
    await vi.waitFor(() => expect(one.state).toBe('running'), LIMIT);
  });
});
