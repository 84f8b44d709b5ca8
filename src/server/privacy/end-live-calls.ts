import { setTimeout as sleep } from 'node:timers/promises';
import { and, inArray, type SQL } from 'drizzle-orm';
import type { Principal } from '../auth/principal';
import { cancelCall, type CallControl } from '../calls';
import { calls, LIVE_CALL_STATES } from '../calls/tables';
import type { Database } from '../platform/db/client';
import type { Logger } from '../platform/logger';

export interface EndLiveCallsDeps {
  db: Database;
  calls: Pick<CallControl, 'hangUp'>;
  log: Pick<Logger, 'warn'>;
}

/** A node that hangs up writes the end within moments; who waits for the answer does not wait longer than this. */
const LOOKS = 20;
const BETWEEN_LOOKS_MS = 100;

/**
 * Takes calls out of the queue and hangs up those under way, and waits a little for their ends.
 * @returns how many are live all the same
 */
export async function endLiveCalls(deps: EndLiveCallsDeps, { principal, where }: { principal: Principal; where: SQL }): Promise<number> {
  const { db, log } = deps;
  const live = and(where, inArray(calls.state, [...LIVE_CALL_STATES]));
  const theirs = await db.select({ callId: calls.callId }).from(calls).where(live);
  for (const { callId } of theirs) {
    try {
      await cancelCall(deps, { principal, callId });
    } catch (err) {
      log.warn({ err }, 'a live call of an erased caller could not be ended');
    }
  }
  if (theirs.length === 0) return 0;
  for (let look = 1; ; look++) {
    const left = await db.$count(calls, live);
    if (left === 0 || look >= LOOKS) return left;
    await sleep(BETWEEN_LOOKS_MS);
  }
}
