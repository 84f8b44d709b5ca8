import { and, eq, ne, sql } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { endCall, type CallResult } from './end-call';
import { momentAgo } from './moment-ago';
import { calls } from './tables';

export interface FinishCallOptions {
  id: string;
  attemptId: string;
  end: CallResult;
  /** How long ago it was over; the database may have been away since. */
  agoMs?: number;
}

/** Says how an attempt ended. False: it is over already, or somebody else's; nothing was written then. */
export const finishCall = (db: Database, { id, attemptId, end, agoMs }: FinishCallOptions): Promise<boolean> =>
  db.transaction(async (tx) => (await endCall(tx, {
    where: and(eq(calls.id, id), eq(calls.attemptId, attemptId), ne(calls.state, 'queued')), end,
    endedAt: sql`greatest(${momentAgo(agoMs)}, ${calls.answeredAt}, ${calls.ringingAt}, ${calls.startedAt})`,
  })) !== undefined);
