import { fork, type ChildProcess, type StdioOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { bundleSource } from './bundle-source';

export interface ForkWorkerOptions {
  /** For Node itself, such as a limit of its memory. */
  execArgv?: readonly string[];
  /** Default: what this process has, secrets included. */
  env?: NodeJS.ProcessEnv;
  /** Must contain `ipc`. */
  stdio?: StdioOptions;
}

/**
 * Starts a child process on code of ours: in a bundle it lies beside the process's own file as `<name>.mjs`,
 * from source it is bundled first. Messages carry typed arrays as they are.
 * @param source path of the source file below src/server, for example `speech/worker.ts`
 */
export function forkWorker(name: string, source: string, { execArgv = [], ...options }: ForkWorkerOptions = {}): ChildProcess {
  const file = import.meta.url.endsWith('.ts') ? bundleSource(fileURLToPath(new URL(`../${source}`, import.meta.url))) : fileURLToPath(new URL(`./${name}.mjs`, import.meta.url));
  return fork(file, { execArgv: [...execArgv], serialization: 'advanced', ...options });
}
