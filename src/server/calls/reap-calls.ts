import { and, eq, inArray, isNotNull, lt, ne, notInArray, sql, type SQL } from 'drizzle-orm';
import { isDead, mayJudge, SETTLED_MS } from '../nodes/liveness';
import type { Database } from '../platform/db/client';
import { HELD_CALL_STATES } from './call-state';
import { endCall, type CallResult } from './end-call';
import { calls } from './tables';

/** Longer than a message is worth; a queue that stands still for a day has no end that anybody waits for. */
const LONGEST_WAIT = '24 hours';
/** A node knows of a call as soon as it has taken it. */
const UNKNOWN_TO_ITS_NODE_AFTER = '30 seconds';
const AT_ONCE = 200;

export interface ReapCallsOptions {
  settledMs?: number;
  /** What the asking node really holds: of the calls under its name, others were lost on the way. */
  held?: { nodeId: string; attemptIds: readonly string[] };
}

const lost = (direction: 'outbound' | 'inbound'): CallResult => (direction === 'outbound'
  ? { state: 'unknown', endReason: 'node_lost', error: 'The process that placed the call ended before the call did; it was not dialled again' }
  : { state: 'failed', endReason: 'node_lost', error: 'The process that held the call ended before the call did' });

const isHeld = inArray(calls.state, [...HELD_CALL_STATES]);
const isWaiting = eq(calls.state, 'queued');

/** As far as anybody saw: the lease of its node at the latest. */
const lastSeen = sql`greatest(least(clock_timestamp(), (SELECT n.lease_expires_at FROM nodes n WHERE n.id = ${calls.nodeId})), ${calls.answeredAt}, ${calls.startedAt})`;

/**
 * Ends what nobody holds any more: calls of nodes whose lease ran out, and calls that waited for nothing. Each in a
 * transaction of its own, which looks again: a node that has come back meanwhile keeps its calls. May run anywhere, at
 * the same time. Answers how many it ended.
 */
export async function reapCalls(db: Database, { settledMs = SETTLED_MS, held }: ReapCallsOptions = {}): Promise<number> {
  let ended = await endLost(db, and(isHeld, isDead(calls.nodeId), mayJudge(settledMs)));
  if (held) {
    const { nodeId, attemptIds } = held;
    const unknownHere = attemptIds.length > 0 ? notInArray(calls.attemptId, [...attemptIds]) : isNotNull(calls.attemptId);
    ended += await endLost(db, and(isHeld, eq(calls.nodeId, nodeId), unknownHere, lt(calls.startedAt, sql`now() - ${UNKNOWN_TO_ITS_NODE_AFTER}::interval`)));
  }
  ended += await endEach(db, and(isWaiting, lt(calls.queuedAt, sql`now() - ${LONGEST_WAIT}::interval`)), () => ({ state: 'failed', endReason: 'queue_expired', error: 'The call waited for a whole day without a free line' }));
  ended += await endEach(db, and(isWaiting, sql`${calls.trunkId} IS NULL`), () => ({ state: 'failed', endReason: 'trunk_removed', error: 'The trunk that the call waited for was removed' }));
  return ended;
}

/** The same at once, for the only node of an embedded database: whatever other node is named there was an earlier life of this one. */
export const endCallsOfEarlierLives = (db: Database, nodeId: string): Promise<number> => endLost(db, and(isHeld, ne(calls.nodeId, nodeId)));

const endLost = (db: Database, where: SQL | undefined) => endEach(db, where, lost, lastSeen);

async function endEach(db: Database, where: SQL | undefined, end: (direction: 'outbound' | 'inbound') => CallResult, endedAt?: SQL): Promise<number> {
  const found = await db.select({ id: calls.id, direction: calls.direction }).from(calls).where(where).orderBy(calls.number).limit(AT_ONCE);
  let ended = 0;
  for (const { id, direction } of found) {
    const row = await db.transaction((tx) => endCall(tx, { where: and(eq(calls.id, id), where), end: end(direction), ...(endedAt ? { endedAt } : {}) }));
    if (row) ended += 1;
  }
  return ended;
}
