import { randomUUID } from 'node:crypto';
import { recordCallEvents } from '@/server/calls';
import { calls } from '@/server/calls/tables';
import type { Database } from '@/server/platform/db/client';
import { webhookAttempts, webhookDeliveries, type WebhookState } from '@/server/webhooks/tables';

type CallValues = Partial<typeof calls.$inferInsert> & { workspaceId: string };

/** A call that is over unless said, with an event, and a webhook with one try that tells of it. */
export async function anEndedCall(db: Database, { webhook = 'delivered', ...values }: CallValues & { webhook?: WebhookState }): Promise<string> {
  const { workspaceId } = values;
  const [call] = await db.insert(calls).values({
    callId: `call ${randomUUID()}`, direction: 'outbound', state: 'completed', extension: '1001', message: 'my secret message', choiceRawText: 'my secret choice', endedAt: new Date(), ...values,
  }).returning();
  await recordCallEvents(db, [{ callId: call!.id, at: new Date(), kind: 'sip', direction: 'out', summary: `INVITE ${call!.extension}` }]);
  const [delivery] = await db.insert(webhookDeliveries).values({
    workspaceId, event: 'call.ended', subjectId: call!.id, url: 'https://example.org/hook', state: webhook, attempts: 1,
    body: JSON.stringify({ extension: call!.extension, choice_raw_text: call!.choiceRawText }), finishedAt: webhook === 'pending' ? null : new Date(),
  }).returning();
  await db.insert(webhookAttempts).values({ workspaceId, deliveryId: delivery!.id, number: 1, durationMs: 12, status: webhook === 'delivered' ? 200 : 500 });
  return call!.id;
}
