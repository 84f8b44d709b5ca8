import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { recordMove } from './call-event';
import { statesBefore } from './call-state';
import { momentAgo } from './moment-ago';
import { calls } from './tables';

export interface MoveCallOptions {
  id: string;
  attemptId: string;
  to: 'ringing' | 'answered';
  conversationId?: string;
  sipCallId?: string;
  /** It is known before the end, and stays known if this process does not live to tell of it. */
  messagePlayed?: true;
  /** How long ago it happened; the database may have been away since. */
  agoMs?: number;
}

/** False: the record is no longer this attempt's, and whoever holds the call hangs up. Said twice it is done once. */
export async function moveCall(db: Database, { id, attemptId, to, conversationId, sipCallId, messagePlayed, agoMs }: MoveCallOptions): Promise<boolean> {
  const ours = and(eq(calls.id, id), eq(calls.attemptId, attemptId));
  const names = { ...(conversationId === undefined ? {} : { conversationId }), ...(sipCallId === undefined ? {} : { sipCallId }), ...(messagePlayed ? { messagePlayed } : {}) };
  return db.transaction(async (tx) => {
    const [moved] = await tx.update(calls)
      .set({ state: to, ...names, ...momentOf(to, agoMs) })
      .where(and(ours, inArray(calls.state, statesBefore(to)))).returning({ workspaceId: calls.workspaceId, ringingAt: calls.ringingAt, answeredAt: calls.answeredAt });
    if (moved) {
      await recordMove(tx, { workspaceId: moved.workspaceId, callId: id, to, at: to === 'ringing' ? moved.ringingAt : moved.answeredAt });
      return true;
    }
    const [there] = await tx.update(calls).set({ ...names, attemptId }).where(and(ours, eq(calls.state, to))).returning({ id: calls.id });
    return there !== undefined;
  });
}

/** Never before what came before it. */
const momentOf = (to: MoveCallOptions['to'], agoMs: number | undefined): { ringingAt: SQL } | { answeredAt: SQL } => (to === 'ringing'
  ? { ringingAt: sql`greatest(${momentAgo(agoMs)}, ${calls.startedAt})` }
  : { answeredAt: sql`greatest(${momentAgo(agoMs)}, ${calls.ringingAt}, ${calls.startedAt})` });
