import { and, count, desc, eq, ilike, inArray, notInArray, or, type SQL } from 'drizzle-orm';
import { agents } from '../agents/tables';
import type { Database } from '../platform/db/client';
import { containing } from '../platform/db/containing';
import { trunks } from '../telephony/tables';
import { WIRE_STATUS } from './call-state';
import type { CallPage, CallSummary, ListCallsInput } from './contract';
import { calls, LIVE_CALL_STATES } from './tables';

export const selectCalls = (db: Database, where: SQL | undefined) =>
  db.select({ call: calls, agentName: agents.name, trunkName: trunks.name }).from(calls)
    .leftJoin(agents, eq(agents.id, calls.agentId)).leftJoin(trunks, eq(trunks.id, calls.trunkId)).where(where);
export type CallWithNames = Awaited<ReturnType<typeof selectCalls>>[number];

const iso = (time: Date | null) => time?.toISOString() ?? null;
const named = (id: string | null, name: string | null) => (id !== null && name !== null ? { id, name } : null);

export const presentCall = ({ call, agentName, trunkName }: CallWithNames): CallSummary => ({
  id: call.id,
  call_id: call.callId,
  direction: call.direction,
  status: WIRE_STATUS[call.state],
  state: call.state,
  end_reason: call.endReason,
  error: call.error,
  extension: call.extension,
  remote_name: call.remoteName,
  called_number: call.calledNumber,
  agent: named(call.agentId, agentName),
  trunk: named(call.trunkId, trunkName),
  conversation_id: call.conversationId,
  queued_at: call.queuedAt.toISOString(),
  started_at: iso(call.startedAt),
  ringing_at: iso(call.ringingAt),
  answered_at: iso(call.answeredAt),
  ended_at: iso(call.endedAt),
  duration_seconds: call.durationSeconds,
  message_played: call.messagePlayed,
});

/** Newest first. */
export async function findCalls(db: Database, options: { workspaceId: string; filter: ListCallsInput }): Promise<CallPage> {
  const { state, direction, agent_id: agentId, trunk_id: trunkId, q, limit, offset } = options.filter;
  const live = [...LIVE_CALL_STATES];
  const where = and(
    eq(calls.workspaceId, options.workspaceId),
    state === 'live' ? inArray(calls.state, live) : state === 'ended' ? notInArray(calls.state, live) : state && eq(calls.state, state),
    direction && eq(calls.direction, direction),
    agentId ? eq(calls.agentId, agentId) : undefined,
    trunkId ? eq(calls.trunkId, trunkId) : undefined,
    q ? or(...[calls.extension, calls.remoteName, calls.calledNumber, calls.callId].map((column) => ilike(column, containing(q)))) : undefined,
  );
  const [rows, [counted]] = await Promise.all([
    selectCalls(db, where).orderBy(desc(calls.queuedAt), calls.id).limit(limit).offset(offset),
    db.select({ total: count() }).from(calls).where(where),
  ]);
  return { calls: rows.map(presentCall), total: counted?.total ?? 0, limit, offset };
}
