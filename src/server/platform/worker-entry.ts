import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a worker thread on code of ours: in a bundle it lies beside the process's own file as `<name>.mjs`,
 * from source it is a TypeScript file that needs the loader. (`--import tsx` alone does not reach worker threads on Node 20.)
 * @param source path of the source file below src/server, for example `speech/worker.ts`
 */
export function startWorker(name: string, source: string, options: Pick<WorkerOptions, 'workerData'>): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`./${name}.mjs`, import.meta.url), { ...options, execArgv: [] });
  // require.resolve answers the CommonJS build, which cannot register itself in a thread.
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm/api').replace(/\.cjs$/, '.mjs')).href;
  const entry = new URL(`../${source}`, import.meta.url).href;
  const code = `import(${JSON.stringify(loader)}).then((tsx) => { tsx.register(); return import(${JSON.stringify(entry)}); });`;
  return new Worker(code, { ...options, execArgv: [], eval: true });
}
