import { sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { enqueueJob } from '../platform/jobs/enqueue';
import { deliverWebhookJob, laneOf } from './jobs/deliver-webhook-job';
import { webhookDeliveries } from './tables';

export interface NewDelivery {
  workspaceId: string;
  /** `call.ended`. */
  event: string;
  /** What it is about, such as the call's row. */
  subjectId: string | null;
  /** As checkCallbackUrl let it through. */
  url: string;
  body: object;
}

/** In the transaction that made it true: what happened is told, or it has not happened. */
export async function enqueueDelivery(tx: Database, { workspaceId, event, subjectId, url, body }: NewDelivery): Promise<{ id: string }> {
  const [row] = await tx.insert(webhookDeliveries)
    .values({ workspaceId, event, subjectId, url, body: JSON.stringify(body), nextAttemptAt: sql`now()` })
    .returning({ id: webhookDeliveries.id });
  const id = row!.id;
  await enqueueJob(tx, deliverWebhookJob, { deliveryId: id, attempt: 1 }, { queue: laneOf({ id, workspaceId, url }) });
  return { id };
}
