import { fork, type ChildProcess, type StdioOptions } from 'node:child_process';
import { fileURLToPath } from 'node:url';

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
 * from source it is a TypeScript file that needs the loader. Messages carry typed arrays as they are.
 * @param source path of the source file below src/server, for example `speech/worker.ts`
 */
export function forkWorker(name: string, source: string, { execArgv = [], ...options }: ForkWorkerOptions = {}): ChildProcess {
  const fromSource = import.meta.url.endsWith('.ts');
  const file = new URL(fromSource ? `../${source}` : `./${name}.mjs`, import.meta.url);
  return fork(fileURLToPath(file), { execArgv: [...execArgv, ...(fromSource ? ['--import', 'tsx'] : [])], serialization: 'advanced', ...options });
}
