import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Starts a child process on code of ours: in a bundle it lies beside the process's own file as `<name>.mjs`,
 * from source it is a TypeScript file that needs the loader. Messages carry typed arrays as they are.
 * @param source path of the source file below src/server, for example `speech/worker.ts`
 */
export function forkWorker(name: string, source: string): ChildProcess {
  const fromSource = import.meta.url.endsWith('.ts');
  const file = new URL(fromSource ? `../${source}` : `./${name}.mjs`, import.meta.url);
  return fork(fileURLToPath(file), { execArgv: fromSource ? ['--import', 'tsx'] : [], serialization: 'advanced' });
}
