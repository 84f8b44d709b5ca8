import { sql, type SQL } from 'drizzle-orm';
import type { z } from 'zod';
import type { Database } from '../db/client';

/** What an enqueuer needs to know of a job; whoever enqueues need not load what runs it. */
export interface JobName<Schema extends z.ZodType> {
  name: string;
  payload: Schema;
}

export interface EnqueueOptions {
  /** Not before; at once unless said. The database's clock counts: prefer `now() + …` to a time of this process. */
  runAt?: SQL | Date;
  /** A waiting job with the same key is replaced. */
  jobKey?: string;
  /** Jobs of one queue run one after another. Rows of queues stay for ever: take names from a bounded set. */
  queue?: string;
}

/** A job, in the transaction that made it necessary: both come about or neither. */
export async function enqueueJob<Schema extends z.ZodType>(tx: Database, job: JobName<Schema>, payload: z.input<Schema>, options: EnqueueOptions = {}): Promise<void> {
  job.payload.parse(payload);
  const { runAt = null, jobKey = null, queue = null } = options;
  const at = runAt instanceof Date ? runAt.toISOString() : runAt;
  // As text first: the driver would write a json parameter's quotes twice.
  await tx.execute(sql`
    SELECT graphile_worker.add_job(${job.name}::text, ${JSON.stringify(payload)}::text::json,
      queue_name := ${queue}::text, run_at := (${at})::timestamptz, job_key := ${jobKey}::text)`);
}
