import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { ChildMessage } from '@/server/platform/process-messages';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The db process as it is shipped: bundled, which also starts it twice as fast as from its sources. */
async function bundleEmbeddedMain(): Promise<string> {
  const result = await build({
    entryPoints: [join(root, 'src/server/platform/db/embedded/main.ts')],
    bundle: true, packages: 'external', platform: 'node', format: 'esm', target: 'node20', write: false, absWorkingDir: root, logLevel: 'warning',
  });
  const code = result.outputFiles[0]!.contents;
  const folder = join(root, 'test-output'); // inside the repository, so that it finds its packages
  const file = join(folder, `embedded-main.${createHash('sha256').update(code).digest('hex').slice(0, 12)}.mjs`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.${process.pid}`, code);
  renameSync(`${file}.${process.pid}`, file);
  return file;
}

let bundle: Promise<string> | undefined;

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
  bundle ??= bundleEmbeddedMain();
  const child = fork(await bundle, {
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
