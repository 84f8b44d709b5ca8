import { and, asc, gt, inArray, type SQL } from 'drizzle-orm';
import { callEvents, calls } from '../calls/tables';
import type { Database } from '../platform/db/client';
import { webhookAttempts, webhookDeliveries } from '../webhooks/tables';

/** Of each, with its some hundreds of events. */
const CALLS_A_PAGE = 20;

/** Calls with their events and webhooks, as the items of one JSON array, piece by piece. */
export async function* exportCalls(db: Database, where: SQL): AsyncGenerator<string> {
  let separator = '';
  for (let after = 0; ;) {
    const page = await db.select().from(calls).where(and(where, gt(calls.number, after))).orderBy(asc(calls.number)).limit(CALLS_A_PAGE);
    if (page.length === 0) return;
    const ids = page.map(({ id }) => id);
    const events = await db.select().from(callEvents).where(inArray(callEvents.callId, ids)).orderBy(asc(callEvents.seq));
    const deliveries = await db.select().from(webhookDeliveries).where(inArray(webhookDeliveries.subjectId, ids)).orderBy(asc(webhookDeliveries.createdAt));
    const attempts = deliveries.length === 0 ? [] : await db.select().from(webhookAttempts)
      .where(inArray(webhookAttempts.deliveryId, deliveries.map(({ id }) => id))).orderBy(asc(webhookAttempts.number));
    for (const call of page) {
      yield separator + JSON.stringify({
        ...presentCall(call),
        events: events.filter(({ callId }) => callId === call.id).map(({ seq, at, kind, direction, summary, details }) => ({ seq, at, kind, direction, summary, details })),
        webhooks: deliveries.filter(({ subjectId }) => subjectId === call.id).map((delivery) => ({
          id: delivery.id, event: delivery.event, url: delivery.url, state: delivery.state, body: JSON.parse(delivery.body) as unknown, created_at: delivery.createdAt,
          attempts: attempts.filter(({ deliveryId }) => deliveryId === delivery.id).map(({ number, at, durationMs, status, error }) => ({ number, at, duration_ms: durationMs, status, error })),
        })),
      });
      separator = ',';
    }
    after = page.at(-1)?.number ?? after;
    if (page.length < CALLS_A_PAGE) return;
  }
}

const presentCall = (row: typeof calls.$inferSelect) => ({
  id: row.id, call_id: row.callId, direction: row.direction, state: row.state, end_reason: row.endReason, error: row.error, extension: row.extension,
  remote_name: row.remoteName, called_number: row.calledNumber, agent_id: row.agentId, conversation_id: row.conversationId, requested_by: row.requestedBy,
  message: row.message, choice: row.choice && { prompt: row.choice.prompt, options: row.choice.options, timeout_seconds: row.choice.timeoutSeconds, repeat_count: row.choice.repeatCount },
  message_played: row.messagePlayed, choice_response: row.choiceResponse, choice_raw_text: row.choiceRawText, callback_url: row.callbackUrl,
  sip_call_id: row.sipCallId, sip_status: row.sipStatus, media: row.media, duration_seconds: row.durationSeconds,
  queued_at: row.queuedAt, started_at: row.startedAt, ringing_at: row.ringingAt, answered_at: row.answeredAt, ended_at: row.endedAt,
});
