import { AppError } from '../platform/errors';

/** Of a turn that ran: the limit it met, if it met one, was the provider's and not this caller's. */
export const turnFailure = (error: AppError): AppError =>
  error.kind === 'rate_limited'
    ? new AppError('upstream_unavailable', error.userMessage, { cause: error, retryable: error.retryable, ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }) })
    : error;
