import { AppError } from '../platform/errors';

export const callNotFound = (id: string) => new AppError('not_found', `Call ${id.slice(0, 128)} not found`);

export const callIdTaken = (callId: string) =>
  new AppError('conflict', `call_id: the call ${callId} was placed with another body; use another call_id, or repeat the same body`, { issues: [{ path: 'call_id', message: 'is taken by another call' }] });

/** The documented words. */
export const noActiveCall = (cause?: unknown) => new AppError('not_found', 'No active call to speak to', { cause });
