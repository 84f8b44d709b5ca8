import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import type { CallControl } from './call-control';
import { noActiveCall } from './call-failures';
import type { CallDone, SpeakInput } from './contract';
import { findAnsweredCall } from './get-call';

/** Says it into the named call, else into the live one that was answered last. */
export async function speakToCall({ db, calls }: { db: Database; calls: Pick<CallControl, 'speak'> }, options: { workspaceId: string; input: SpeakInput }): Promise<CallDone> {
  const { workspaceId, input } = options;
  const call = await findAnsweredCall(db, { workspaceId, callId: input.call_id });
  if (!call) throw noActiveCall();
  await calls.speak(call.id, input.message.trim()).catch((error: unknown) => {
    // It ended between the look and the word.
    if (error instanceof AppError && (error.kind === 'not_found' || error.kind === 'conflict')) throw noActiveCall(error);
    throw error;
  });
  return { success: true, message: 'Message spoken to call' };
}
