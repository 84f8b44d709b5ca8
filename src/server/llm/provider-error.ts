import { APICallError, AISDKError, EmptyResponseBodyError, InvalidResponseDataError, JSONParseError, LoadAPIKeyError, NoSuchModelError, TypeValidationError } from '@ai-sdk/provider';
import { RetryError } from 'ai';
import { AppError } from '../platform/errors';
import { complaintOf, retryAfter } from './vendor-complaint';

/**
 * A vendor's failure in our words. The vendor's own text may quote the prompt or a part of the key, so it stays in
 * `cause` (for the log) and never becomes a message.
 */
export function providerError(thrown: unknown, provider: string): AppError {
  if (thrown instanceof AppError) return thrown;
  if (RetryError.isInstance(thrown)) return providerError(thrown.lastError, provider);
  const fail = (kind: AppError['kind'], words: string, more: { retryable?: boolean; retryAfterSeconds?: number } = {}) => new AppError(kind, `The ${provider} provider ${words}`, { cause: thrown, ...more });

  if (APICallError.isInstance(thrown)) {
    const status = thrown.statusCode;
    if (status === undefined || status < 400) return fail('upstream_unavailable', 'broke off its answer or could not be reached.');
    const complaint = complaintOf(thrown);
    if (status === 401 || complaint === 'key') return fail('upstream_rejected', 'refused our API key.');
    if (status === 402 || complaint === 'credit') return fail('upstream_rejected', 'has no credit left on this account.');
    if (status === 403) return fail('upstream_rejected', 'does not permit this request.');
    if (status === 404 || complaint === 'model') return fail('upstream_rejected', 'does not know this model.');
    if (status === 408) return fail('timeout', 'took too long to answer.');
    if (status === 413 || complaint === 'too-long') return fail('upstream_rejected', 'found the conversation too long.');
    if (status === 429) {
      const retryAfterSeconds = retryAfter(thrown);
      return fail('rate_limited', 'is limiting our requests. Try again shortly.', retryAfterSeconds === undefined ? {} : { retryAfterSeconds });
    }
    return status >= 500 ? fail('upstream_unavailable', 'is failing at the moment.') : fail('upstream_rejected', 'rejected the request.');
  }
  if (LoadAPIKeyError.isInstance(thrown)) return new AppError('unavailable', `Missing API key for ${provider} provider.`, { cause: thrown, retryable: false });
  if (NoSuchModelError.isInstance(thrown)) return fail('upstream_rejected', 'does not know this model.');
  if (JSONParseError.isInstance(thrown) || TypeValidationError.isInstance(thrown) || InvalidResponseDataError.isInstance(thrown) || EmptyResponseBodyError.isInstance(thrown))
    return fail('upstream_unavailable', 'sent an answer that could not be read.');
  if (AISDKError.isInstance(thrown)) return fail('upstream_unavailable', 'gave no usable answer.');
  // Errors inside a stream arrive as plain objects or texts; broken connections as TypeErrors of fetch.
  return fail('upstream_unavailable', 'broke off its answer.');
}
