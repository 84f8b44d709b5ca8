import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import type { WebhookDelivery } from './contract';
import { webhookAttempts, webhookDeliveries } from './tables';

/** What was and will be told about something, oldest first, with every try. */
export async function findDeliveries(db: Database, { workspaceId, subjectId }: { workspaceId: string; subjectId: string }): Promise<WebhookDelivery[]> {
  const deliveries = await db.select().from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.workspaceId, workspaceId), eq(webhookDeliveries.subjectId, subjectId)))
    .orderBy(asc(webhookDeliveries.createdAt), asc(webhookDeliveries.id));
  if (deliveries.length === 0) return [];
  const attempts = await db.select().from(webhookAttempts)
    .where(and(eq(webhookAttempts.workspaceId, workspaceId), inArray(webhookAttempts.deliveryId, deliveries.map(({ id }) => id))))
    .orderBy(asc(webhookAttempts.number));
  return deliveries.map(({ id, event, url, state, nextAttemptAt }) => ({
    id, event, url, state,
    attempts: attempts.filter(({ deliveryId }) => deliveryId === id)
      .map(({ number, at, durationMs, status, error }) => ({ number, at: at.toISOString(), duration_ms: durationMs, status, error })),
    next_attempt_at: nextAttemptAt?.toISOString() ?? null,
  }));
}
