import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, constants, ftruncateSync, linkSync, mkdirSync, openSync, readFileSync, realpathSync, rmSync, statSync, writeSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '../../errors';

export interface FolderLock {
  how: 'exlock' | 'flock' | 'socket';
  release(): void;
}

/** BSD's and macOS's open(2) flag for an exclusive lock; Node passes numeric flags through. */
const O_EXLOCK = 0x20;

/**
 * One process a data folder: two would destroy each other's data without a word. The kernel drops the lock when its
 * process dies, also by kill -9, so a stale lock does not exist and nobody has to guess.
 *
 *   macOS      open(2) takes O_EXLOCK.
 *   Linux      flock(1) locks a descriptor it inherits. The lock belongs to the open file, which stays open here.
 *   elsewhere  a listening socket whose name link(2) claims; a dead owner's socket refuses connections.
 *
 * Not lock files that a timer refreshes: a long query blocks the timer, and a second process would take over a live database.
 */
export async function lockFolder(folder: string, only?: 'socket'): Promise<FolderLock> {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, 'lock');
    if (process.platform === 'darwin') return lockByOpening(folder, file);
    return (only === 'socket' ? null : lockByFlock(folder, file)) ?? (await lockBySocket(folder, file));
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('precondition_failed', `The data folder ${folder} cannot be written (${codeOf(error)}): mend its permissions, or set PARLEY_DATA_DIR to another folder.`, { cause: error });
  }
}

const inUse = (folder: string, file: string) =>
  new AppError('conflict', `The data folder ${folder} is in use by another process (${readPid(file)}): stop that one, or set PARLEY_DATA_DIR to another folder.`);

function lockByOpening(folder: string, file: string): FolderLock {
  try {
    return held('exlock', openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK | O_EXLOCK, 0o600));
  } catch (error) {
    if (['EAGAIN', 'EWOULDBLOCK'].includes(codeOf(error))) throw inUse(folder, file);
    throw error;
  }
}

/** Null where flock(1) is missing. */
function lockByFlock(folder: string, file: string): FolderLock | null {
  const descriptor = openSync(file, constants.O_RDWR | constants.O_CREAT, 0o600);
  const { status } = spawnSync('flock', ['-n', '-x', '3'], { stdio: ['ignore', 'ignore', 'ignore', descriptor] });
  if (status === 0) return held('flock', descriptor);
  closeSync(descriptor);
  if (status === 1) throw inUse(folder, file);
  return null;
}

/** The file itself stays after release: removing it would race with the next owner. */
function held(how: 'exlock' | 'flock', descriptor: number): FolderLock {
  ftruncateSync(descriptor, 0);
  writeSync(descriptor, String(process.pid), 0);
  return { how, release: () => closeSync(descriptor) };
}

function readPid(file: string): string {
  try {
    return `pid ${readFileSync(file, 'utf8').trim() || 'unknown'}`;
  } catch {
    return 'pid unknown';
  }
}

async function lockBySocket(folder: string, file: string): Promise<FolderLock> {
  // In the temporary folder and hashed, because a socket's path may have about 100 bytes only.
  const key = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 20);
  const claimed = join(tmpdir(), `parley-lock-${key}.sock`);
  const mine = `${claimed}.${process.pid}.${Math.random().toString(36).slice(2, 8)}`;
  const server = createServer((socket) => socket.destroy()).unref();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(mine, resolve));
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        linkSync(mine, claimed); // atomic: one process creates this name
        await sleep(100); // a process that found a dead owner may be about to remove what it saw
        if (statSync(claimed).ino !== statSync(mine).ino) throw inUse(folder, file);
        return {
          how: 'socket',
          release: () => {
            rmSync(claimed, { force: true });
            server.close();
          },
        };
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      if (await isListening(claimed)) throw inUse(folder, file);
      rmSync(claimed, { force: true }); // its owner is dead
    }
    throw inUse(folder, file);
  } catch (error) {
    server.close();
    throw error;
  }
}

const isListening = (path: string) =>
  new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error) => resolve(!['ECONNREFUSED', 'ENOENT'].includes(codeOf(error))));
  });

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown');
