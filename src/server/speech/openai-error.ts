import { AppError, ERROR_TABLE, toAppError } from '@/server/platform/errors';

/** OpenAI's error body. Internals stay out of it. */
export function openAiError(thrown: unknown): { status: number; headers: Record<string, string>; body: { error: { message: string; type: string; param: string | null; code: string | null } } } {
  const error = fromFramework(thrown) ?? toAppError(thrown);
  const status = ERROR_TABLE[error.kind].http;
  return {
    status,
    headers: error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) },
    body: {
      error: {
        message: error.kind === 'internal' ? 'The speech server had an error' : error.userMessage,
        type: status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error',
        param: textOrNull(error.details?.param),
        code: textOrNull(error.details?.code),
      },
    },
  };
}

/** Failures that Fastify and its plugins throw: they carry a status and a text fit for clients. */
function fromFramework(thrown: unknown): AppError | undefined {
  if (thrown instanceof AppError || !(thrown instanceof Error) || !('statusCode' in thrown)) return undefined;
  if (thrown.statusCode === 413) return new AppError('payload_too_large', thrown.message, { cause: thrown });
  if (thrown.statusCode === 415) return new AppError('unsupported_media_type', thrown.message, { cause: thrown });
  if (typeof thrown.statusCode === 'number' && thrown.statusCode < 500) return new AppError('invalid_input', thrown.message, { cause: thrown });
  return undefined;
}

const textOrNull = (value: unknown) => (typeof value === 'string' ? value : null);
