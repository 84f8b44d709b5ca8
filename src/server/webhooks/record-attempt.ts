import { and, eq, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { enqueueJob } from '../platform/jobs/enqueue';
import { deliverWebhookJob, laneOf } from './jobs/deliver-webhook-job';
import { secondsToNextTry } from './retry-schedule';
import type { AttemptResult } from './send-webhook';
import { webhookAttempts, webhookDeliveries, webhookTotals, type WebhookState } from './tables';

export interface Attempted {
  delivery: typeof webhookDeliveries.$inferSelect;
  /** From 1. */
  number: number;
  result: AttemptResult;
}

/**
 * How a try went and what comes next, in one transaction: nothing is sent that is not recorded or tried again. False
 * when another run of the same try was faster; then it has said it all.
 */
export async function recordAttempt(db: Database, { delivery, number, result }: Attempted): Promise<boolean> {
  const { id, workspaceId } = delivery;
  const { outcome, status, error, durationMs } = result;
  const nextInSeconds = outcome === 'delivered' || outcome === 'gone' ? null : secondsToNextTry(number, result);
  const state: WebhookState = outcome === 'delivered' ? 'delivered' : nextInSeconds === null ? 'failed' : 'pending';
  const nextAttemptAt: SQL<Date> | null = nextInSeconds === null ? null : sql`now() + make_interval(secs => ${nextInSeconds})`;
  return db.transaction(async (tx) => {
    const moved = await tx.update(webhookDeliveries)
      .set({ state, attempts: number, nextAttemptAt, finishedAt: state === 'pending' ? null : sql`now()` })
      .where(and(eq(webhookDeliveries.id, id), eq(webhookDeliveries.state, 'pending'), eq(webhookDeliveries.attempts, number - 1)))
      .returning({ id: webhookDeliveries.id });
    if (moved.length === 0) return false;
    await tx.insert(webhookAttempts).values({
      deliveryId: id, workspaceId, number, durationMs, status, error, at: sql`now() - make_interval(secs => ${durationMs / 1000})`,
    });
    await tx.insert(webhookTotals).values({ workspaceId, outcome, attempts: 1 })
      .onConflictDoUpdate({ target: [webhookTotals.workspaceId, webhookTotals.outcome], set: { attempts: sql`${webhookTotals.attempts} + 1` } });
    if (nextAttemptAt !== null) await enqueueJob(tx, deliverWebhookJob, { deliveryId: id, attempt: number + 1 }, { runAt: nextAttemptAt, queue: laneOf(delivery) });
    return true;
  });
}
