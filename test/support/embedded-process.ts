import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bundleSource } from '@/server/platform/bundle-source';
import type { ChildMessage } from '@/server/platform/process-messages';

/** The db process; it is started as it is shipped: bundled. */
const MAIN = fileURLToPath(new URL('../../src/server/platform/db/embedded/main.ts', import.meta.url));

export interface EmbeddedProcess extends AsyncDisposable {
  url: string;
  child: ChildProcess;
  /** Sends the signal and waits until the process has gone. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export class EmbeddedProcessFailed extends Error {
  constructor(readonly exitCode: number | null, readonly fatal: string | undefined, output: string) {
    super(`The db process ended with ${exitCode}: ${fatal ?? output}`);
  }
}

/** Starts the real db process on a data folder and waits until it serves. */
export async function startEmbeddedProcess(dataDir: string, environment: Record<string, string> = {}): Promise<EmbeddedProcess> {
  const child = fork(bundleSource(MAIN), {
    execArgv: ['--enable-source-maps'],
    env: { NODE_ENV: 'test', PATH: process.env.PATH, PARLEY_DATA_DIR: dataDir, PARLEY_DATABASE_PASSWORD: 'for tests', PARLEY_DATABASE_LOG_LEVEL: 'fatal', ...environment },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return exited;
  };
  const url = await new Promise<string>((resolve, reject) => {
    let fatal: string | undefined;
    child.on('message', (message: ChildMessage) => {
      if (message.type === 'ready' && message.url) resolve(message.url);
      if (message.type === 'fatal') fatal = message.message;
    });
    void exited.then((code) => reject(new EmbeddedProcessFailed(code, fatal, output)));
  });
  return { url, child, stop, [Symbol.asyncDispose]: async () => void (await stop('SIGKILL')) };
}
