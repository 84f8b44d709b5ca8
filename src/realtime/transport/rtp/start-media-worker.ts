import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { MediaWorkerData } from './media-messages';

/**
 * In a bundle the worker lies beside the process's own file. From source it is TypeScript, and Node 20 does not give
 * a thread's entry file to the loader that `--import` names: a line of JavaScript registers it there first.
 */
export function startMediaWorker(workerData: MediaWorkerData): Worker {
  const options = { name: 'media', workerData };
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./media-worker.mjs', import.meta.url), options);
  const loader = new URL('dist/esm/api/index.mjs', pathToFileURL(createRequire(import.meta.url).resolve('tsx/package.json'))).href;
  const entry = new URL('./media-worker.ts', import.meta.url).href;
  return new Worker(`import(${JSON.stringify(loader)}).then(({ register }) => { register(); return import(${JSON.stringify(entry)}); })`, { ...options, eval: true });
}
