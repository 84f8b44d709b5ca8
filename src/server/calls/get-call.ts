import { and, asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { isUuid } from '../platform/ids';
import { findDeliveries } from '../webhooks';
import { callNotFound } from './call-failures';
import { WIRE_STATUS } from './call-state';
import type { CallDetail, CallRecord } from './contract';
import { presentCall, selectCalls } from './find-calls';
import { findQueuePosition } from './queue-position';
import { callEvents, calls } from './tables';

export type CallRow = typeof calls.$inferSelect;

/** By the name that callers know it by. */
export async function getCallRow(db: Database, { workspaceId, callId }: { workspaceId: string; callId: string }): Promise<CallRow> {
  const storable = !callId.includes('\0');
  const [row] = storable ? await db.select().from(calls).where(and(eq(calls.workspaceId, workspaceId), eq(calls.callId, callId))) : [];
  if (!row) throw callNotFound(callId);
  return row;
}

interface GetCallOptions {
  workspaceId: string;
  /** CALL_QUEUE_MAX_CONCURRENT. */
  maxConcurrent: number;
}

const positionOf = (db: Database, row: CallRow, maxConcurrent: number) => (row.state === 'queued' ? findQueuePosition(db, { id: row.id, maxConcurrent }) : null);

/** As the documented page shows it. */
export async function getCall(db: Database, { workspaceId, callId, maxConcurrent }: GetCallOptions & { callId: string }): Promise<CallRecord> {
  const row = await getCallRow(db, { workspaceId, callId });
  return {
    call_id: row.callId,
    status: WIRE_STATUS[row.state],
    queued_at: row.queuedAt.toISOString(),
    started_at: row.startedAt?.toISOString() ?? null,
    completed_at: row.endedAt?.toISOString() ?? null,
    duration_seconds: row.durationSeconds,
    choice_response: row.choiceResponse,
    error: row.error,
    id: row.id,
    direction: row.direction,
    extension: row.extension,
    state: row.state,
    end_reason: row.endReason,
    queue_position: await positionOf(db, row, maxConcurrent),
    answered_at: row.answeredAt?.toISOString() ?? null,
    message_played: row.messagePlayed,
    choice_raw_text: row.choiceRawText,
    conversation_id: row.conversationId,
  };
}

/** Everything about one call, by the id of its row. */
export async function getCallDetail(db: Database, { workspaceId, id, maxConcurrent }: GetCallOptions & { id: string }): Promise<CallDetail> {
  if (!isUuid(id)) throw callNotFound(id);
  const [found] = await selectCalls(db, and(eq(calls.workspaceId, workspaceId), eq(calls.id, id)));
  if (!found) throw callNotFound(id);
  const { call } = found;
  const [events, webhook, position] = await Promise.all([
    db.select().from(callEvents).where(and(eq(callEvents.workspaceId, workspaceId), eq(callEvents.callId, id))).orderBy(asc(callEvents.seq)),
    findDeliveries(db, { workspaceId, subjectId: id }),
    positionOf(db, call, maxConcurrent),
  ]);
  return {
    ...presentCall(found),
    message: call.message,
    choice: call.choice && { prompt: call.choice.prompt, options: call.choice.options, timeout_seconds: call.choice.timeoutSeconds, repeat_count: call.choice.repeatCount },
    choice_response: call.choiceResponse,
    choice_raw_text: call.choiceRawText,
    converse: call.converse,
    callback_url: call.callbackUrl,
    ring_timeout: call.ringTimeoutSeconds,
    max_duration: call.maxDurationSeconds,
    sip_status: call.sipStatus,
    queue_position: position,
    media: call.media,
    events: events.map(({ seq, at, kind, direction, summary, details }) => ({ seq, at: at.toISOString(), kind, direction, summary, details })),
    webhook,
  };
}

/** The live call that was answered last, or the named one while it is live; undefined when there is none to speak to. */
export async function findAnsweredCall(db: Database, { workspaceId, callId }: { workspaceId: string; callId: string | undefined }): Promise<{ id: string } | undefined> {
  if (callId?.includes('\0')) return undefined;
  const [row] = await db.select({ id: calls.id }).from(calls)
    .where(and(eq(calls.workspaceId, workspaceId), eq(calls.state, 'answered'), callId === undefined ? undefined : eq(calls.callId, callId)))
    .orderBy(sql`${calls.answeredAt} DESC`).limit(1);
  return row;
}
