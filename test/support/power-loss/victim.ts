import { writeFileSync } from 'node:fs';
import { seededRandom } from './random';
import { ShadowDisk, type Loss } from './shadow-disk';
import { transaction } from './workload';

/** The process whose power fails: node victim.ts CLUSTER SURVIVORS SEED MODE LOSS AFTER. Writes what it knew into SURVIVORS.json. */
const [cluster = '', survivors = '', seed = '', mode = '', loss = '', after = ''] = process.argv.slice(2);
export const EXIT_POWER_LOST = 9;

const state = { acknowledged: 0, issued: 0 };
const saveState = writeFileSync; // before the disk is shadowed, like the copy of it
const disk: ShadowDisk = new ShadowDisk(cluster, () => {
  disk.leaveBehind(survivors, loss as Loss, seededRandom(Number(seed)));
  saveState(`${survivors}.json`, JSON.stringify(state));
  process.exit(EXIT_POWER_LOST);
});

// After the disk, so that they see the shadowed one.
const { PGlite } = await import('@electric-sql/pglite');
const { NodeFS } = await import('@electric-sql/pglite/nodefs');
const { DurableNodeFs, durableStartParams } = await import('@/server/platform/db/embedded/durable-node-fs');

const durable = new DurableNodeFs(cluster, mode === 'deferred' ? 'deferred' : 'inline', (error) => {
  throw error;
});
// As PGlite comes, for comparison: a simulator that finds nothing wrong with this one proves nothing.
const isStock = mode === 'stock';
const parameters = isStock ? PGlite.defaultStartParams : durableStartParams();
// Few buffers, so that pages are written long before a checkpoint asks for them.
const postgres = await PGlite.create({ fs: isStock ? new NodeFS(cluster) : durable, startParams: [...parameters, '-c', 'shared_buffers=512kB'] });
disk.failAfter(Number(after));
const flushing = new Set<Promise<void>>();
for (let n = 1; ; n++) {
  state.issued = n;
  for (const statement of transaction(Number(seed), n).statements) await postgres.exec(statement);
  const flushed: Promise<void> = durable.flushWal().then(() => {
    state.acknowledged = Math.max(state.acknowledged, n);
    flushing.delete(flushed);
  });
  flushing.add(flushed);
  while (flushing.size >= (mode === 'deferred' ? 4 : 1)) await Promise.race(flushing);
}
