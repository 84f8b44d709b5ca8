import { and, eq, ne } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { endCall, type CallResult } from './end-call';
import { calls } from './tables';

export interface FinishCallOptions {
  id: string;
  attemptId: string;
  end: CallResult;
}

/** Says how an attempt ended. False: it is over already, or somebody else's; nothing was written then. */
export const finishCall = (db: Database, { id, attemptId, end }: FinishCallOptions): Promise<boolean> =>
  db.transaction(async (tx) => (await endCall(tx, { where: and(eq(calls.id, id), eq(calls.attemptId, attemptId), ne(calls.state, 'queued')), end })) !== undefined);
