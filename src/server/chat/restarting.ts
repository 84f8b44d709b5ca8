import { AppError } from '../platform/errors';

/** The process goes: the same may be sent again to the one that comes. */
export const restarting = (): AppError => new AppError('unavailable', 'The server is restarting; send it again', { retryAfterSeconds: 2 });
