import { CONVERSATION_NOT_FOUND } from '../conversations/get-conversation';
import { turnFailure } from '../chat';
import { AppError, toAppError } from '../platform/errors';

const said = (error: AppError, kind: AppError['kind'], words: string): AppError =>
  new AppError(kind, words, {
    cause: error, retryable: error.retryable, ...(error.details ? { details: error.details } : {}),
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
  });

/** A failure in the words of the documented page; what it has no words for stays as it is. */
export function aiError(thrown: unknown): AppError {
  const error = toAppError(thrown);
  switch (error.kind) {
    case 'unavailable':
      return said(error, 'unavailable', `AI service error: ${error.userMessage}`);
    case 'upstream_rejected':
    case 'upstream_unavailable':
    case 'timeout':
      return said(error, error.kind, `AI provider error: ${error.userMessage}`);
    case 'not_found':
      return error.details?.reason === CONVERSATION_NOT_FOUND ? said(error, 'not_found', `Conversation error: ${error.userMessage}`) : error;
    default:
      return error;
  }
}

/** Of a turn that ran. */
export const turnError = (error: AppError): AppError => aiError(turnFailure(error));
