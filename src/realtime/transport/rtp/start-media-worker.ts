import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { bundleSource } from '@/server/platform/bundle-source';
import type { MediaWorkerData } from './media-messages';

/** In a bundle the worker lies beside the process's own file; from source it is bundled first. */
export function startMediaWorker(workerData: MediaWorkerData): Worker {
  const beside = (file: string) => fileURLToPath(new URL(file, import.meta.url));
  const file = import.meta.url.endsWith('.ts') ? bundleSource(beside('./media-worker.ts')) : beside('./media-worker.mjs');
  return new Worker(file, { name: 'media', workerData });
}
