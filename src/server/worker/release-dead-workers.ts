import { sql } from 'drizzle-orm';
import type { WorkerUtils } from 'graphile-worker';
import type { Database } from '../platform/db/client';

/**
 * graphile-worker itself frees a dead worker's jobs after four hours. Ours have a lease: jobs locked under a name that
 * no live worker holds are freed here. A lock younger than the grace may belong to a worker that has not written its
 * first lease yet.
 */
export async function releaseDeadWorkers(db: Database, utils: Pick<WorkerUtils, 'forceUnlockWorkers'>): Promise<string[]> {
  const dead = await db.execute<{ locked_by: string }>(sql`
    SELECT DISTINCT locked_by FROM graphile_worker._private_jobs
    WHERE locked_by IS NOT NULL AND locked_at < now() - interval '30 seconds'
      AND locked_by NOT IN (SELECT unnest(worker_ids) FROM nodes WHERE lease_expires_at > now())`);
  const names = dead.map((row) => row.locked_by);
  if (names.length > 0) await utils.forceUnlockWorkers(names);
  return names;
}
