import { and, count, eq, sql } from 'drizzle-orm';
import { assertMayUseAgent, getAgent, visibleTo } from '../agents';
import { agents } from '../agents/tables';
import type { Principal } from '../auth/principal';
import { findStoppedBudget } from '../budgets';
import type { Database } from '../platform/db/client';
import { AppError, invalidField } from '../platform/errors';
import { assertMayCall, chooseTrunk, findPolicy, type TrunkRow } from '../telephony';
import { trunks } from '../telephony/tables';
import { checkCallbackUrl } from '../webhooks';
import { callIdTaken } from './call-failures';
import { WIRE_STATUS } from './call-state';
import type { PlaceCallInput, PlacedCall } from './contract';
import { notifyCalls } from './notify-calls';
import { findQueuePosition } from './queue-position';
import { requestDigest } from './request-digest';
import { calls, type CallChoice } from './tables';

/** Of one workspace. More than a trunk of a hundred lines calls in an hour; what is beyond is a mistake, not a queue. */
const MOST_WAITING = 10_000;

export interface PlaceCallOptions {
  /** Whoever places it has been let in as this: nobody dials out without one. */
  principal: Principal;
  input: PlaceCallInput;
  /** PARLEY_EGRESS_ALLOW. */
  egressAllow: readonly string[];
  /** CALL_QUEUE_MAX_CONCURRENT. */
  maxConcurrent: number;
}

type CallRow = typeof calls.$inferSelect;

/** Puts a call into the queue; a repeated call_id with the same body answers with the call that is there. */
export async function placeCall(db: Database, { principal, input, egressAllow, maxConcurrent }: PlaceCallOptions): Promise<PlacedCall> {
  const { workspaceId } = principal;
  const digest = requestDigest(input);
  const known = input.call_id ? await findByCallId(db, { workspaceId, callId: input.call_id }) : undefined;
  if (known) return answer(db, sameCall(known, digest), maxConcurrent);

  // What takes time or can be refused comes before the transaction, which holds no network call.
  assertMayCall(await findPolicy(db, workspaceId), input.extension);
  const agentId = await usableAgent(db, { principal, agentId: input.agent_id });
  const apiKeyId = principal.kind === 'api_key' ? principal.id : null;
  const refusal = await findStoppedBudget(db, { workspaceId, agentId, apiKeyId });
  if (refusal) throw refusal;
  const trunk = await chooseTrunk(db, { workspaceId, trunk: input.trunk });
  if (input.callback_url) await checkCallbackUrl(input.callback_url, { egressAllow });

  const row = await db.transaction(async (tx) => {
    await keepNamed(tx, { workspaceId, trunk, agentId });
    const [waiting] = await tx.select({ total: count() }).from(calls).where(and(eq(calls.workspaceId, workspaceId), eq(calls.state, 'queued')));
    if ((waiting?.total ?? 0) >= MOST_WAITING) throw new AppError('quota_exceeded', `The queue is full: ${MOST_WAITING} calls of this workspace are waiting; try again when some are done`);
    const values = {
      workspaceId, direction: 'outbound' as const, state: 'queued' as const, trunkId: trunk.id, agentId,
      extension: input.extension, message: input.message, choice: input.choice ? storedChoice(input.choice) : null, converse: input.converse,
      callbackUrl: input.callback_url ?? null, ringTimeoutSeconds: input.ring_timeout, maxDurationSeconds: input.max_duration,
      requestDigest: digest, requestedBy: principal.label, apiKeyId,
    };
    const inserted = await insertNamed(tx, values, input.call_id ?? null);
    if (inserted) await notifyCalls(tx);
    return inserted;
  });
  if (row) return answer(db, row, maxConcurrent);
  // Somebody placed it meanwhile: their transaction was waited for, so it is there.
  const theirs = await findByCallId(db, { workspaceId, callId: input.call_id! });
  if (!theirs) throw new AppError('conflict', 'call_id: the same call is being placed at this moment; try again');
  return answer(db, sameCall(theirs, digest), maxConcurrent);
}

type NewCall = Omit<typeof calls.$inferInsert, 'callId' | 'number'>;

/** Under the given name, or under one that nobody has; undefined when the given one is taken. */
async function insertNamed(tx: Database, values: NewCall, callId: string | null): Promise<CallRow | undefined> {
  for (;;) {
    const [next] = await tx.execute<{ number: string; seconds: string }>(sql`SELECT nextval(pg_get_serial_sequence('calls', 'number')) AS number, floor(extract(epoch FROM now())) AS seconds`);
    const number = Number(next!.number);
    const [row] = await tx.insert(calls).values({ ...values, number, callId: callId ?? `out-${next!.seconds}-${number}` })
      .onConflictDoNothing({ target: [calls.workspaceId, calls.callId] }).returning();
    if (row || callId !== null) return row;
  }
}

async function findByCallId(db: Database, { workspaceId, callId }: { workspaceId: string; callId: string }): Promise<CallRow | undefined> {
  const [row] = await db.select().from(calls).where(and(eq(calls.workspaceId, workspaceId), eq(calls.callId, callId)));
  return row;
}

function sameCall(row: CallRow, digest: string): CallRow {
  if (row.requestDigest !== digest) throw callIdTaken(row.callId);
  return row;
}

/** Null leaves it to the workspace at the time of the call. */
async function usableAgent(db: Database, { principal, agentId }: { principal: Principal; agentId: string | null | undefined }): Promise<string | null> {
  if (!agentId) return null;
  const agent = await getAgent(db, { workspaceId: principal.workspaceId, agentId, only: visibleTo(principal) }).catch((error: unknown) => {
    if (!(error instanceof AppError && error.kind === 'not_found')) throw error;
    throw noAgent(agentId, error);
  });
  assertMayUseAgent(principal, agent);
  return agent.id;
}

const noAgent = (agentId: string, cause?: unknown) => invalidField('agent_id', `there is no agent ${agentId}`, cause);

/** What was chosen a moment ago may have been removed since; from here to the end of the transaction it cannot be. */
async function keepNamed(tx: Database, { workspaceId, trunk, agentId }: { workspaceId: string; trunk: Pick<TrunkRow, 'id' | 'name'>; agentId: string | null }): Promise<void> {
  const [theTrunk] = await tx.select({ id: trunks.id }).from(trunks).where(and(eq(trunks.id, trunk.id), eq(trunks.workspaceId, workspaceId))).for('key share');
  if (!theTrunk) throw new AppError('conflict', `trunk: "${trunk.name}" was removed at this moment; try again, or name another one`);
  if (agentId === null) return;
  const [theAgent] = await tx.select({ id: agents.id }).from(agents).where(and(eq(agents.id, agentId), eq(agents.workspaceId, workspaceId))).for('key share');
  if (!theAgent) throw noAgent(agentId);
}

const storedChoice = ({ prompt, options, timeout_seconds, repeat_count }: NonNullable<PlaceCallInput['choice']>): CallChoice =>
  ({ prompt, options, timeoutSeconds: timeout_seconds, repeatCount: repeat_count });

async function answer(db: Database, row: CallRow, maxConcurrent: number): Promise<PlacedCall> {
  const position = row.state === 'queued' ? await findQueuePosition(db, { id: row.id, maxConcurrent }) : null;
  return {
    call_id: row.callId, status: WIRE_STATUS[row.state], message: position === null ? 'Call initiated' : `Call queued at position ${position}`, queue_position: position, id: row.id,
  };
}
