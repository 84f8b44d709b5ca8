import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ChildMessage } from '@/server/platform/process-messages';

const entry = fileURLToPath(new URL('../../../src/server/worker/main.ts', import.meta.url));

export interface WorkerProcess extends AsyncDisposable {
  /** As a crash would: nothing is given back. */
  kill(): Promise<void>;
}

/** The worker as the supervisor starts it, ready to take jobs. */
export async function startWorkerProcess(environment: Record<string, string>): Promise<WorkerProcess> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST_)/.test(name)));
  let output = '';
  const child: ChildProcess = fork(entry, { execArgv: ['--import', 'tsx'], env: { ...inherited, NODE_ENV: 'test', ...environment }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  for (const stream of [child.stdout!, child.stderr!]) stream.setEncoding('utf8').on('data', (text: string) => { output += text; });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.on('message', (message: ChildMessage) => { if (message.type === 'ready') resolve(); });
    void exited.then(() => reject(new Error(`The worker ended before it was ready:\n${output}`)));
  });
  return {
    kill: () => { child.kill('SIGKILL'); return exited; },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exited;
    },
  };
}
