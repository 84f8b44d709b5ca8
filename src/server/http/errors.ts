import type { FastifyError, FastifyReply } from 'fastify';
import { AppError, ERROR_TABLE, type ErrorKind } from '../platform/errors';
import { signInErrorUrl } from '../auth/sign-in-error-url';
import { isNextAuthPath, pathOf } from './api-paths';

/** Paths whose documented body is `{"error": …}`; everywhere else it is `{"detail": …}`. */
const ERROR_SHAPE = /^\/api\/(threads|files|models|default-config)(\/|$)/;

export interface ErrorBody {
  detail?: string;
  error?: string;
  issues?: { path: string; message: string }[];
  request_id?: string;
  url?: string;
}

export function errorBody(path: string, error: AppError, requestId: string): ErrorBody {
  const { kind, userMessage, issues } = error;
  const texts: ErrorBody = ERROR_SHAPE.test(path)
    ? { error: userMessage, ...(kind === 'unauthenticated' ? { detail: userMessage } : {}) }
    : { detail: userMessage };
  return { ...texts, ...(issues ? { issues } : {}), ...(kind === 'internal' ? { request_id: requestId } : {}) };
}

export function sendError(reply: FastifyReply, error: AppError): FastifyReply {
  const { request } = reply;
  if (error.kind === 'internal') {
    reply.log.error({ err: error.cause ?? error }, 'unexpected error');
    request.unexpected = true;
  }
  const body = errorBody(pathOf(request.url), error, request.id);
  if (error.kind === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="parley"');
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
  return reply.code(ERROR_TABLE[error.kind].http).type('application/json; charset=utf-8').header('cache-control', 'no-store')
    .send({ ...body, ...(isNextAuthPath(request.url) ? { url: signInErrorUrl(`${request.protocol}://${request.host}`, error.userMessage) } : {}) });
}

const KIND_OF_STATUS: Record<number, ErrorKind> = {
  400: 'invalid_input', 401: 'unauthenticated', 403: 'forbidden', 404: 'not_found', 405: 'method_not_allowed', 408: 'invalid_input',
  413: 'payload_too_large', 414: 'invalid_input', 415: 'unsupported_media_type', 429: 'rate_limited', 503: 'unavailable',
};

/** What Fastify and its plugins raise themselves (bad JSON, a body too large, a bad URL), and what handlers throw. */
export function fromFrameworkError(error: FastifyError | Error): AppError {
  if (error instanceof AppError) return error;
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  const kind = KIND_OF_STATUS[status] ?? (status < 500 ? 'invalid_input' : 'internal');
  if (kind === 'internal') return new AppError('internal', 'Internal Server Error', { cause: error });
  // Fastify's words quote the header as it came; a client's own header is safe to repeat, but not worth it.
  const message = kind === 'unsupported_media_type' ? 'Unsupported media type: send application/json' : error.message;
  return new AppError(kind, message, { cause: error });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set when the answer is a 500, so that the metrics count bugs and not refusals. */
    unexpected?: boolean;
  }
}
