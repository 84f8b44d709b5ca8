import { and, eq } from 'drizzle-orm';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import type { CallControl } from './call-control';
import { isLive } from './call-state';
import type { CallDone } from './contract';
import { endCall } from './end-call';
import { getCallRow } from './get-call';
import { calls } from './tables';

/** A waiting call is taken out of the queue and is never dialled; a live one is hung up by the node that holds it. */
export async function cancelCall(deps: { db: Database; calls: Pick<CallControl, 'hangUp'> }, options: { principal: Principal; callId: string }): Promise<CallDone> {
  const { db } = deps;
  const { principal: { workspaceId, label }, callId } = options;
  const row = await getCallRow(db, { workspaceId, callId });
  // Guarded by its state: either this or a node gets it.
  const cancelled = row.state === 'queued' && await db.transaction((tx) => endCall(tx, {
    where: and(eq(calls.id, row.id), eq(calls.workspaceId, workspaceId), eq(calls.state, 'queued')),
    end: { state: 'cancelled', endReason: 'cancelled', error: `Cancelled by ${label} before it was dialled` },
  }));
  if (cancelled) return { success: true, message: `Call ${callId} cancelled` };
  const current = row.state === 'queued' ? await getCallRow(db, { workspaceId, callId }) : row;
  if (!isLive(current.state)) throw new AppError('conflict', `Call ${callId} has ended already`);
  try {
    await deps.calls.hangUp(row.id);
  } catch (error) {
    if (!(error instanceof AppError && error.kind === 'not_found')) throw error;
    const { state } = await getCallRow(db, { workspaceId, callId });
    if (isLive(state)) throw new AppError('unavailable', `The process that holds call ${callId} does not answer; the call is ended within a minute if that process is gone`, { cause: error });
  }
  return { success: true, message: `Call ${callId} hung up` };
}
