import { APICallError, type LanguageModelV3 } from '@ai-sdk/provider';
import { wrapLanguageModel } from 'ai';
import pRetry from 'p-retry';
import { complaintOf, retryAfter } from './vendor-complaint';

export interface RetryOptions {
  maxRetries: number;
  /** A vendor that asks for a longer wait is not waited for: the person hears about it instead. */
  longestWaitMs: number;
}

/** Half the usual first wait of the AI SDK's own retry is already a long silence on a phone. */
const FIRST_WAIT_MS = 300;

/** Sends a request again while it has yielded nothing: only the opening of the stream is repeated, never a running one. */
export function retrying(model: LanguageModelV3, { maxRetries, longestWaitMs }: RetryOptions): LanguageModelV3 {
  if (maxRetries === 0) return model;
  return wrapLanguageModel({
    model,
    middleware: {
      specificationVersion: 'v3',
      wrapStream: ({ doStream, params }) =>
        pRetry(doStream, {
          retries: maxRetries,
          minTimeout: FIRST_WAIT_MS,
          factor: 2,
          randomize: true,
          ...(params.abortSignal === undefined ? {} : { signal: params.abortSignal }),
          shouldRetry: ({ error }) => APICallError.isInstance(error) && error.isRetryable && complaintOf(error) === undefined && (retryAfter(error) ?? 0) * 1000 <= longestWaitMs,
          onFailedAttempt: async ({ error, retriesLeft }) => {
            const seconds = APICallError.isInstance(error) && retriesLeft > 0 ? retryAfter(error) : undefined;
            if (seconds !== undefined && seconds * 1000 <= longestWaitMs) await pause(seconds * 1000, params.abortSignal);
          },
        }),
    },
  });
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
