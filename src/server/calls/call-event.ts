import { sql } from 'drizzle-orm';
import { storableJson, storableText } from '../conversations/storable';
import type { Database } from '../platform/db/client';
import { newId } from '../platform/ids';
import type { CallEventKind } from './tables';

export interface NewCallEvent {
  /** A UUID: an event that is written twice is there once. */
  id?: string;
  /** The call's row. */
  callId: string;
  at: Date;
  kind: CallEventKind;
  /** Of a message on the wire. */
  direction?: 'in' | 'out' | null;
  /** One line: `INVITE`, `180 Ringing`, `5`. Never what was said. */
  summary: string;
  details?: Record<string, unknown>;
}

/** Of one call; what a hostile peer sends beyond that is not kept. */
const MOST_EVENTS = 500;
const MOST_SUMMARY = 300;

/**
 * Writes what happened in calls, in the order given. Positions are counted here, under the call's row, because a node,
 * the reaper and a person may all write into one call. Moves of the state write their own events.
 */
export async function recordCallEvents(db: Database, events: readonly NewCallEvent[]): Promise<void> {
  for (const callId of new Set(events.map((event) => event.callId))) {
    const theirs = events.filter((event) => event.callId === callId);
    await db.transaction(async (tx) => {
      const [call] = await tx.execute<{ workspace_id: string }>(sql`SELECT workspace_id FROM calls WHERE id = ${callId}::uuid FOR NO KEY UPDATE`);
      if (!call) return;
      // A statement of its own: the one before saw what was there when it began to wait for the row.
      const [before] = await tx.execute<{ last: number; total: number }>(sql`SELECT coalesce(max(seq), 0)::int AS last, count(*)::int AS total FROM call_events WHERE call_id = ${callId}::uuid`);
      const { last, total } = before!;
      const kept = theirs.slice(0, Math.max(0, MOST_EVENTS - total));
      if (kept.length === 0) return;
      const rows = kept.map(({ id, at, kind, direction, summary, details }, index) => sql`(${id ?? newId()}::uuid, ${call.workspace_id}::uuid, ${callId}::uuid,
        ${last + index + 1}, ${at.toISOString()}::timestamptz, ${kind}, ${direction ?? null}, ${storableText(summary).slice(0, MOST_SUMMARY)}, ${JSON.stringify(storableJson(details ?? {}))}::jsonb)`);
      await tx.execute(sql`INSERT INTO call_events (id, workspace_id, call_id, seq, at, kind, direction, summary, details) VALUES ${sql.join(rows, sql`, `)} ON CONFLICT (id) DO NOTHING`);
    });
  }
}

/** In the transaction of the move, after the call's row was changed: that is the lock. */
export async function recordMove(tx: Database, { workspaceId, callId, to, at, details = {} }: { workspaceId: string; callId: string; to: string; at?: Date | null; details?: Record<string, unknown> }): Promise<void> {
  await tx.execute(sql`INSERT INTO call_events (id, workspace_id, call_id, seq, at, kind, summary, details)
    SELECT ${newId()}::uuid, ${workspaceId}::uuid, ${callId}::uuid, coalesce(max(seq), 0) + 1, coalesce(${at?.toISOString() ?? null}::timestamptz, clock_timestamp()), 'state', ${to}, ${JSON.stringify(details)}::jsonb FROM call_events WHERE call_id = ${callId}::uuid`);
}
