import { and, eq } from 'drizzle-orm';
import { EgressGuard } from '../../platform/egress/egress-guard';
import { AppError } from '../../platform/errors';
import { defineJob, type JobContext } from '../../platform/jobs/job';
import { SecretBox } from '../../secrets';
import { recordAttempt } from '../record-attempt';
import { sendWebhook, type AttemptResult } from '../send-webhook';
import { signWebhook } from '../sign-webhook';
import { openSigningSecrets } from '../signing-secrets';
import { webhookDeliveries } from '../tables';
import { deliverWebhookJob } from './deliver-webhook-job';

/**
 * One try of a delivery. A worker that dies before it is recorded leaves the job to the next one, who sends the same
 * body under the same id: a receiver may hear something twice, never not at all.
 */
export const deliverWebhook = defineJob({
  ...deliverWebhookJob,
  handle: async ({ deliveryId, attempt: number }, context) => {
    const { db, logger } = context;
    const [delivery] = await db.select().from(webhookDeliveries)
      .where(and(eq(webhookDeliveries.id, deliveryId), eq(webhookDeliveries.state, 'pending'), eq(webhookDeliveries.attempts, number - 1)));
    if (!delivery) return; // done meanwhile, or its workspace is gone
    const result = await attempt(delivery, context);
    if (!(await recordAttempt(db, { delivery, number, result }))) return;
    const { workspaceId, event } = delivery;
    const { outcome, status, durationMs, error } = result;
    logger[outcome === 'delivered' ? 'debug' : 'info']({ workspaceId, deliveryId, event, attempt: number, outcome, status, durationMs, reason: error }, 'tried to deliver a webhook');
  },
});

async function attempt(delivery: typeof webhookDeliveries.$inferSelect, { db, config, signal }: JobContext): Promise<AttemptResult> {
  const { id, url, body, workspaceId } = delivery;
  let headers: Record<string, string>;
  try {
    const secrets = await openSigningSecrets(db, new SecretBox(config.secrets), workspaceId);
    headers = signWebhook({ id, at: new Date(), body, secrets });
  } catch (error) {
    if (!(error instanceof AppError)) throw error; // the database: not the receiver's, nor a try
    return { outcome: 'unsigned', status: null, error: error.userMessage, retryAfterSeconds: null, durationMs: 0 };
  }
  return sendWebhook({ url, headers, body, signal, guard: new EgressGuard({ allow: config.network.egressAllow }) });
}
