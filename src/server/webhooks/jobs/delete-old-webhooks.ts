import { inArray, sql } from 'drizzle-orm';
import { z } from 'zod';
import { defineJob } from '../../platform/jobs/job';
import { webhookDeliveries } from '../tables';

/** Unless the workspace keeps what was said for a shorter time: bodies may quote it. */
export const DELIVERIES_KEPT_DAYS = 30;
const ROWS_A_STATEMENT = 500;

/** Finished deliveries go, with their bodies and tries; what is still to be told never does. */
export const deleteOldWebhooks = defineJob({
  name: 'webhooks.delete-old',
  payload: z.unknown(),
  cron: '41 * * * *',
  handle: async (_payload, { db, logger }) => {
    let deleted = 0;
    for (;;) {
      const old = sql`(SELECT d.id FROM webhook_deliveries d JOIN workspaces w ON w.id = d.workspace_id
        WHERE d.state <> 'pending' AND d.finished_at < now() - make_interval(days => least(${DELIVERIES_KEPT_DAYS}::int, w.retention_days))
        LIMIT ${ROWS_A_STATEMENT})`;
      const rows = await db.delete(webhookDeliveries).where(inArray(webhookDeliveries.id, old)).returning({ id: webhookDeliveries.id });
      deleted += rows.length;
      if (rows.length < ROWS_A_STATEMENT) break;
    }
    if (deleted > 0) logger.info({ deliveries: deleted }, 'deleted webhooks of long ago');
  },
});
