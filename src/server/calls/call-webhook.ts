import { WIRE_STATUS } from './call-state';
import type { calls } from './tables';

export const CALL_ENDED = 'call.ended';

/** What callback_url is told: the documented fields, then ours. */
export const callWebhook = (row: typeof calls.$inferSelect) => ({
  call_id: row.callId,
  status: WIRE_STATUS[row.state],
  extension: row.extension,
  duration_seconds: row.durationSeconds ?? 0,
  message_played: row.messagePlayed,
  choice_response: row.choiceResponse,
  choice_raw_text: row.choiceRawText,
  error: row.error,
  event: CALL_ENDED,
  id: row.id,
  end_reason: row.endReason,
  conversation_id: row.conversationId,
  queued_at: row.queuedAt.toISOString(),
  started_at: row.startedAt?.toISOString() ?? null,
  answered_at: row.answeredAt?.toISOString() ?? null,
  completed_at: row.endedAt?.toISOString() ?? null,
});
