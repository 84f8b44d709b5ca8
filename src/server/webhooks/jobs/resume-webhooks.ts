import { and, asc, eq, lt, sql } from 'drizzle-orm';
import { z } from 'zod';
import { enqueueJob } from '../../platform/jobs/enqueue';
import { defineJob } from '../../platform/jobs/job';
import { webhookDeliveries } from '../tables';
import { deliverWebhookJob, laneOf } from './deliver-webhook-job';

const MOST_AT_ONCE = 500;

/**
 * Deliveries that are long overdue are enqueued once more: their job is gone when the data came by `npm run db:import`,
 * or failed over and over because of the database. Where it only waits its turn, one of the two will do nothing.
 */
export const resumeWebhooks = defineJob({
  name: 'webhooks.resume',
  payload: z.unknown(),
  cron: '*/10 * * * *',
  handle: async (_payload, { db, logger }) => {
    const overdue = await db.select().from(webhookDeliveries)
      .where(and(eq(webhookDeliveries.state, 'pending'), lt(webhookDeliveries.nextAttemptAt, sql`now() - interval '15 minutes'`)))
      .orderBy(asc(webhookDeliveries.nextAttemptAt)).limit(MOST_AT_ONCE);
    for (const delivery of overdue)
      await enqueueJob(db, deliverWebhookJob, { deliveryId: delivery.id, attempt: delivery.attempts + 1 }, { jobKey: `webhooks.resume/${delivery.id}`, queue: laneOf(delivery) });
    if (overdue.length > 0) logger.warn({ deliveries: overdue.length }, 'webhooks were overdue and are tried now');
  },
});
