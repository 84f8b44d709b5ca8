import { and, inArray, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { insertUsage } from '../usage';
import { enqueueDelivery } from '../webhooks';
import { recordMove } from './call-event';
import { statesBefore, type CallEndState } from './call-state';
import { CALL_ENDED, callWebhook } from './call-webhook';
import { notifyCalls } from './notify-calls';
import { calls, type CallMedia, type CallState } from './tables';

export interface CallResult {
  state: CallEndState;
  /** Why: one of realtime's closed set, or `node_lost`, `queue_expired`, `max_duration`. */
  endReason: string;
  /** For people, in words; null when all went well. */
  error: string | null;
  sipStatus?: number | null;
  messagePlayed?: boolean;
  choiceResponse?: string | null;
  choiceRawText?: string | null;
  media?: CallMedia | null;
}

export interface EndCallOptions {
  /** Which call, and what must still be true of it. */
  where: SQL | undefined;
  end: CallResult;
  /** When it was over, for what is found out later; now unless said. */
  endedAt?: SQL;
}

/**
 * The one way out of a live state: result, usage and webhook are written together or not at all, so that no call ends
 * twice and none ends without being told. Undefined when the call is not there or not where it may end like this.
 */
export async function endCall(tx: Database, { where, end, endedAt = sql`clock_timestamp()` }: EndCallOptions): Promise<typeof calls.$inferSelect | undefined> {
  const from: CallState[] = statesBefore(end.state);
  // A talk whose answer was never stored, because the database was away, has a beginning all the same.
  const answered = end.state === 'completed' ? sql`coalesce(${calls.answeredAt}, ${calls.ringingAt}, ${calls.startedAt})` : sql`${calls.answeredAt}`;
  const [row] = await tx.update(calls).set({
    state: end.state, endReason: end.endReason, error: end.error, endedAt, answeredAt: answered,
    durationSeconds: sql`round(greatest(0, extract(epoch FROM coalesce(${endedAt} - ${answered}, interval '0')))::numeric, 1)::float8`,
    ...(end.sipStatus === undefined ? {} : { sipStatus: end.sipStatus }),
    ...(end.messagePlayed === undefined ? {} : { messagePlayed: end.messagePlayed }),
    ...(end.choiceResponse === undefined ? {} : { choiceResponse: end.choiceResponse }),
    ...(end.choiceRawText === undefined ? {} : { choiceRawText: end.choiceRawText }),
    ...(end.media === undefined ? {} : { media: end.media }),
  }).where(and(where, inArray(calls.state, from))).returning();
  if (!row) return undefined;

  await recordMove(tx, { workspaceId: row.workspaceId, callId: row.id, to: row.state, at: row.endedAt, details: { reason: end.endReason } });
  if (row.callbackUrl !== null) await enqueueDelivery(tx, { workspaceId: row.workspaceId, event: CALL_ENDED, subjectId: row.id, url: row.callbackUrl, body: callWebhook(row) });
  await notifyCalls(tx); // its place is free
  if (row.answeredAt !== null) await insertUsage(tx, [{
    workspaceId: row.workspaceId, conversationId: row.conversationId, turnId: null, agentId: row.agentId, apiKeyId: row.apiKeyId, channel: 'phone', userLabel: row.extension,
    leg: 'telephony', provider: 'sip', model: row.direction, audioSeconds: row.durationSeconds ?? 0,
  }]);
  return row;
}
