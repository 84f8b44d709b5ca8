import { sql } from 'drizzle-orm';
import { findStoppedBudget } from '../budgets';
import type { Database } from '../platform/db/client';
import { recordMove } from './call-event';
import { lockCallCounts } from './call-lock';
import { dialled, parseExtension } from './extension.contract';
import { finishCall } from './finish-call';
import type { CallChoice } from './tables';

export interface TakeCallOptions {
  nodeId: string;
  /** Trunks that this node holds. */
  trunkIds: readonly string[];
  /** CALL_QUEUE_MAX_CONCURRENT: calls that the installation places at once. */
  maxConcurrent: number;
}

/** A call that is ours to dial, once. */
export interface TakenCall {
  /** Of the row. */
  id: string;
  workspaceId: string;
  callId: string;
  attemptId: string;
  trunkId: string;
  /** As asked for, else the workspace's; null when there is none left. */
  agentId: string | null;
  /** As a telephone dials it: a bare number or name, or `sip:user@host`. */
  extension: string;
  message: string;
  choice: CallChoice | null;
  converse: boolean;
  ringTimeoutSeconds: number;
  maxDurationSeconds: number;
  /** The key it was placed with. */
  apiKeyId: string | null;
  /** What the conversation shows as its caller. */
  callerLabel: string;
}

type Row = {
  id: string; workspace_id: string; call_id: string; attempt_id: string; trunk_id: string; agent_id: string | null; extension: string;
  message: string | null; choice: CallChoice | null; converse: boolean; ring_timeout_seconds: number; max_duration_seconds: number; api_key_id: string | null;
};

/** In a row, of calls that no budget has room for; every end wakes whoever looks for the next. */
const MOST_REFUSED = 50;

/**
 * The oldest waiting call that every limit leaves room for; null when there is none. It is `dialing` with an attempt id
 * when this answers, so that whatever happens to this process it is dialled at most once. One whose budget was used up
 * while it waited ends here: nobody is rung to be told that.
 */
export async function takeCall(db: Database, options: TakeCallOptions): Promise<TakenCall | null> {
  for (let refused = 0; refused < MOST_REFUSED; refused++) {
    const taken = await takeNext(db, options);
    if (!taken) return null;
    // Budgets that cannot be read stop nothing, here as in a turn.
    const refusal = await findStoppedBudget(db, taken).catch(() => undefined);
    if (!refusal) return taken;
    await finishCall(db, { id: taken.id, attemptId: taken.attemptId, end: { state: 'failed', endReason: 'budget_used_up', error: refusal.userMessage } });
  }
  return null;
}

async function takeNext(db: Database, { nodeId, trunkIds, maxConcurrent }: TakeCallOptions): Promise<TakenCall | null> {
  if (trunkIds.length === 0) return null;
  const trunks = sql.join(trunkIds.map((id) => sql`${id}::uuid`), sql`, `);
  // Most looks find nothing: they take no lock.
  const [waiting] = await db.execute(sql`SELECT 1 FROM calls WHERE state = 'queued' AND trunk_id IN (${trunks}) LIMIT 1`);
  if (!waiting) return null;

  const row = await db.transaction(async (tx) => {
    await lockCallCounts(tx);
    // now() is from before the lock was waited for; and a clock that is asked for each row would be no use to an index.
    const [taken] = await tx.execute<Row>(sql`
      WITH clock AS MATERIALIZED (
        SELECT clock_timestamp() AS at
      ), held AS MATERIALIZED (
        SELECT workspace_id, trunk_id, direction FROM calls WHERE state IN ('dialing', 'ringing', 'answered')
      ), full_workspaces AS MATERIALIZED (
        SELECT p.workspace_id FROM call_policies p
        WHERE (SELECT count(*) FROM held WHERE held.direction = 'outbound' AND held.workspace_id = p.workspace_id) >= p.max_concurrent
          OR (SELECT count(*) FROM calls b WHERE b.direction = 'outbound' AND b.workspace_id = p.workspace_id AND b.started_at > ${windowStart(sql`p.calls_per_second`)}) >= greatest(1, floor(p.calls_per_second))
      ), full_trunks AS MATERIALIZED (
        SELECT t.id FROM trunks t
        WHERE t.id IN (${trunks}) AND (NOT t.is_active
          OR (SELECT count(*) FROM held WHERE held.trunk_id = t.id) >= t.max_calls
          OR (SELECT count(*) FROM calls b WHERE b.direction = 'outbound' AND b.trunk_id = t.id AND b.started_at > ${windowStart(sql`t.calls_per_second`)}) >= greatest(1, floor(t.calls_per_second)))
      ), next AS (
        SELECT id FROM calls
        WHERE state = 'queued' AND attempt_id IS NULL AND trunk_id IN (${trunks})
          AND (SELECT count(*) FROM held WHERE held.direction = 'outbound') < ${maxConcurrent}
          AND workspace_id NOT IN (SELECT workspace_id FROM full_workspaces)
          AND trunk_id NOT IN (SELECT id FROM full_trunks)
          AND EXISTS (SELECT FROM nodes WHERE nodes.id = ${nodeId}::uuid AND nodes.kind = 'realtime' AND nodes.lease_expires_at > clock_timestamp())
        ORDER BY number LIMIT 1
        FOR UPDATE OF calls SKIP LOCKED
      )
      UPDATE calls SET state = 'dialing', attempt_id = gen_random_uuid(), node_id = ${nodeId}::uuid, started_at = clock_timestamp(),
        agent_id = coalesce(agent_id,
          (SELECT default_agent_id FROM call_policies p WHERE p.workspace_id = calls.workspace_id),
          (SELECT a.id FROM agents a WHERE a.workspace_id = calls.workspace_id AND a.is_default LIMIT 1))
      FROM next WHERE calls.id = next.id AND calls.state = 'queued'
      RETURNING calls.id, workspace_id, call_id, attempt_id, trunk_id, agent_id, extension, message, choice, converse, ring_timeout_seconds, max_duration_seconds, api_key_id`);
    if (taken) await recordMove(tx, { workspaceId: taken.workspace_id, callId: taken.id, to: 'dialing' });
    return taken ?? null;
  });
  return row && present(row);
}

/** Where the window begins in which at most floor(rate) calls may begin: a second, and longer for less than one a second. */
const windowStart = (rate: ReturnType<typeof sql>) => sql`(SELECT at FROM clock) - make_interval(secs => greatest(1, floor(${rate})) / ${rate})`;

function present(row: Row): TakenCall {
  const target = parseExtension(row.extension);
  return {
    id: row.id, workspaceId: row.workspace_id, callId: row.call_id, attemptId: row.attempt_id, trunkId: row.trunk_id, agentId: row.agent_id,
    extension: target ? dialled(target) : row.extension,
    message: row.message ?? '', choice: row.choice, converse: row.converse,
    ringTimeoutSeconds: row.ring_timeout_seconds, maxDurationSeconds: row.max_duration_seconds,
    apiKeyId: row.api_key_id,
    callerLabel: target?.user ?? row.extension,
  };
}
