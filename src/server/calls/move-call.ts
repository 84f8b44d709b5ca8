import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { recordMove } from './call-event';
import { statesBefore } from './call-state';
import { calls } from './tables';

export interface MoveCallOptions {
  id: string;
  attemptId: string;
  to: 'ringing' | 'answered';
  conversationId?: string;
  sipCallId?: string;
}

/** False: the record is no longer this attempt's, and whoever holds the call hangs up. Said twice it is done once. */
export async function moveCall(db: Database, { id, attemptId, to, conversationId, sipCallId }: MoveCallOptions): Promise<boolean> {
  const ours = and(eq(calls.id, id), eq(calls.attemptId, attemptId));
  const names = { ...(conversationId === undefined ? {} : { conversationId }), ...(sipCallId === undefined ? {} : { sipCallId }) };
  return db.transaction(async (tx) => {
    const [moved] = await tx.update(calls)
      .set({ state: to, ...names, ...(to === 'ringing' ? { ringingAt: sql`clock_timestamp()` } : { answeredAt: sql`clock_timestamp()` }) })
      .where(and(ours, inArray(calls.state, statesBefore(to)))).returning({ workspaceId: calls.workspaceId });
    if (moved) {
      await recordMove(tx, { workspaceId: moved.workspaceId, callId: id, to });
      return true;
    }
    const [there] = await tx.update(calls).set({ ...names, attemptId }).where(and(ours, eq(calls.state, to))).returning({ id: calls.id });
    return there !== undefined;
  });
}
