import { and, eq, sql } from 'drizzle-orm';
import type { Config } from '@/server/platform/config';
import type { Database } from '@/server/platform/db/client';
import { enqueueDelivery } from '@/server/webhooks';
import { webhookAttempts, webhookDeliveries } from '@/server/webhooks/tables';
import { webConfig } from '../web';

/** Receivers of the tests are on this machine. */
export const webhookConfig = (environment: Record<string, string> = {}): Config => webConfig({ PARLEY_EGRESS_ALLOW: '127.0.0.0/8', ...environment });

export const aDelivery = (db: Database, given: { workspaceId: string; url: string; subjectId?: string; body?: object }): Promise<{ id: string }> =>
  db.transaction((tx) => enqueueDelivery(tx, { event: 'call.ended', subjectId: null, body: { call_id: 'out-1-1', status: 'completed' }, ...given }));

export async function deliveryOf(db: Database, id: string) {
  const [row] = await db.select().from(webhookDeliveries).where(eq(webhookDeliveries.id, id));
  return row!;
}

export const attemptsOf = (db: Database, id: string) =>
  db.select().from(webhookAttempts).where(and(eq(webhookAttempts.deliveryId, id))).orderBy(webhookAttempts.number);

export interface WaitingJob extends Record<string, unknown> {
  task: string;
  payload: { deliveryId: string; attempt: number };
  queue: string | null;
  /** From when it was put there. */
  seconds: number;
}

/** What the job queue holds for a delivery. */
export const jobsOf = async (db: Database, id: string): Promise<WaitingJob[]> => [...await db.execute<WaitingJob>(sql`
  SELECT j.task_identifier AS task, p.payload, j.queue_name AS queue, extract(epoch FROM j.run_at - j.updated_at)::float8 AS seconds
  FROM graphile_worker.jobs j JOIN graphile_worker._private_jobs p USING (id) WHERE p.payload->>'deliveryId' = ${id} ORDER BY j.id`)];
