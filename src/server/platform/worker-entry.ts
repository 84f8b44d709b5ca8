import type { WorkerOptions } from 'node:worker_threads';

/**
 * Where a worker thread's code is: in a bundle it lies beside the process's own file as `<name>.mjs`,
 * from source it is a TypeScript file that needs the loader.
 * @param source path of the source file below src/server, for example `speech/worker.ts`
 */
export function workerEntry(name: string, source: string): { url: URL; options: Pick<WorkerOptions, 'execArgv'> } {
  return import.meta.url.endsWith('.ts')
    ? { url: new URL(`../${source}`, import.meta.url), options: { execArgv: ['--import', 'tsx'] } }
    : { url: new URL(`./${name}.mjs`, import.meta.url), options: { execArgv: [] } };
}
