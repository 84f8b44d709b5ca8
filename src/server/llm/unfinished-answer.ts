import { AppError } from '../platform/errors';

export interface AnswerEnd {
  finishReason: string;
  /** The vendor's own word, if the answer came to its end at all. */
  rawFinishReason: string | undefined;
}

/** Words of vendors that the AI SDK files under "other". */
const REFUSED = /filter|safety|toxic|refus|blocked|prohibited/i;
const FAILED = /^(error|timeout|.*_error)$/i;

/** Why an answer whose stream has ended is not one; what was said before stands. */
export function unfinishedAnswer({ finishReason, rawFinishReason }: AnswerEnd, provider: string): AppError | undefined {
  if (finishReason === 'content-filter' || (finishReason === 'other' && REFUSED.test(rawFinishReason ?? '')))
    return new AppError('upstream_rejected', `The ${provider} provider declined to answer.`);
  // No word of an end: the connection was closed in good order, by a proxy for example, in the middle of the answer.
  if (finishReason === 'error' || (finishReason === 'other' && (rawFinishReason === undefined || FAILED.test(rawFinishReason))))
    return new AppError('upstream_unavailable', `The ${provider} provider broke off its answer.`);
  return undefined;
}
