import type { TakenCall } from '@/server/calls';
import type { CallingDeps } from './telephone-deps';

/** A call that was taken and could not be dialled: that is its end. Nobody dials it again. */
export function failTakenCall(taken: TakenCall, end: { endReason: string; error: string }, { records, logger }: Pick<CallingDeps, 'records' | 'logger'>): void {
  logger.warn({ call: taken.id, reason: end.endReason }, 'a call was not dialled');
  records.finish({ id: taken.id, attemptId: taken.attemptId, end: { state: 'failed', ...end } })
    .catch((cause: unknown) => logger.warn({ err: cause, call: taken.id }, 'that a call was not dialled is left to the reaper'));
}
