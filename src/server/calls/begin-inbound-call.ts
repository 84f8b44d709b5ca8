import { sql } from 'drizzle-orm';
import { storableText } from '../conversations/storable';
import type { Database } from '../platform/db/client';
import { newId } from '../platform/ids';
import { recordMove } from './call-event';
import { lockCallCounts } from './call-lock';

export interface BeginInboundCallOptions {
  workspaceId: string;
  trunkId: string;
  nodeId: string;
  agentId: string | null;
  conversationId: string | null;
  /** The caller's number; empty when it is withheld. */
  remoteNumber: string;
  remoteName: string | null;
  calledNumber: string | null;
  sipCallId: string;
}

export interface InboundCall {
  id: string;
  callId: string;
  attemptId: string;
}

/** Postgres keeps no NUL, and what a stranger sends may be of any length. */
const fromOutside = (text: string | null, max: number): string | null => text && storableText(text.slice(0, max));

/** Somebody rings: the record, as `ringing`. `busy`: the trunk has no line left. */
export async function beginInboundCall(db: Database, options: BeginInboundCallOptions): Promise<InboundCall | 'busy'> {
  const { workspaceId, trunkId, nodeId, agentId, conversationId } = options;
  const attemptId = newId();
  return db.transaction(async (tx) => {
    await lockCallCounts(tx);
    const [row] = await tx.execute<{ id: string; call_id: string }>(sql`
      WITH next AS (SELECT nextval(pg_get_serial_sequence('calls', 'number')) AS number)
      INSERT INTO calls (workspace_id, number, call_id, direction, state, trunk_id, agent_id, conversation_id, extension, remote_name, called_number, sip_call_id, attempt_id, node_id, queued_at, started_at, ringing_at)
      SELECT ${workspaceId}::uuid, next.number, 'in-' || floor(extract(epoch FROM clock_timestamp())) || '-' || next.number, 'inbound', 'ringing', t.id, ${agentId}::uuid, ${conversationId}::uuid,
        ${fromOutside(options.remoteNumber, 128) ?? ''}, ${fromOutside(options.remoteName, 200)}, ${fromOutside(options.calledNumber, 128)}, ${fromOutside(options.sipCallId, 300)},
        ${attemptId}::uuid, ${nodeId}::uuid, clock_timestamp(), clock_timestamp(), clock_timestamp()
      FROM next, trunks t
      WHERE t.id = ${trunkId}::uuid AND t.workspace_id = ${workspaceId}::uuid
        AND (t.max_calls IS NULL OR (SELECT count(*) FROM calls WHERE trunk_id = t.id AND state IN ('dialing', 'ringing', 'answered')) < t.max_calls)
      RETURNING id, call_id`);
    if (!row) return 'busy';
    await recordMove(tx, { workspaceId, callId: row.id, to: 'ringing' });
    return { id: row.id, callId: row.call_id, attemptId };
  });
}
