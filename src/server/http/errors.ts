import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { errorNameOf } from '../api/error-name';
import { AppError, ERROR_TABLE, toAppError, type ErrorKind } from '../platform/errors';
import { signInErrorUrl } from '../auth/sign-in-error-url';
import { isNextAuthPath, pathOf } from './api-paths';

export interface ErrorBody {
  detail?: string;
  error?: string;
  issues?: { path: string; message: string }[];
  request_id?: string;
  url?: string;
}

export function errorBody(path: string, error: AppError, requestId: string): ErrorBody {
  const { kind, userMessage, issues } = error;
  const texts: ErrorBody = errorNameOf(path) === 'error'
    ? { error: userMessage, ...(kind === 'unauthenticated' ? { detail: userMessage } : {}) }
    : { detail: userMessage };
  return { ...texts, ...(issues ? { issues } : {}), ...(kind === 'internal' ? { request_id: requestId } : {}) };
}

const hasUnreadBody = ({ raw, headers }: FastifyRequest) => !raw.complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0);

/** A bug leaves its reason in the log and in the metrics, and nowhere else; so does what was behind an outage. */
export function logFailure({ log, request }: FastifyReply, error: AppError): void {
  if (error.kind === 'unavailable' && error.cause !== undefined) log.warn({ err: error.cause }, error.message);
  if (error.kind !== 'internal') return;
  log.error({ err: error.cause ?? error }, 'unexpected error');
  request.unexpected = true;
}

export function sendError(reply: FastifyReply, error: AppError): FastifyReply {
  const { request } = reply;
  logFailure(reply, error);
  const body = errorBody(pathOf(request.url), error, request.id);
  if (error.kind === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="parley"');
  if (hasUnreadBody(request)) {
    request.raw.resume(); // thrown away, so that the caller, who is still writing, gets to read why
    reply.header('connection', 'close');
  }
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
  return reply.code(ERROR_TABLE[error.kind].http).type('application/json; charset=utf-8').header('cache-control', 'no-store')
    .send({ ...body, ...(isNextAuthPath(request.url) ? { url: signInErrorUrl(`${request.protocol}://${request.host}`, error.userMessage) } : {}) });
}

const KIND_OF_STATUS: Record<number, ErrorKind> = {
  400: 'invalid_input', 401: 'unauthenticated', 403: 'forbidden', 404: 'not_found', 405: 'method_not_allowed', 408: 'invalid_input',
  413: 'payload_too_large', 414: 'invalid_input', 415: 'unsupported_media_type', 429: 'rate_limited', 503: 'unavailable',
};

/** What Fastify and its plugins raise themselves (bad JSON, a body too large, a bad URL), and what handlers throw. */
export function fromFrameworkError(error: FastifyError | Error, accepts = 'application/json'): AppError {
  if (error instanceof AppError) return error;
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  const kind = KIND_OF_STATUS[status] ?? (status < 500 ? 'invalid_input' : 'internal');
  if (kind === 'internal') return toAppError(error);
  // Fastify's words quote the header as it came; a client's own header is safe to repeat, but not worth it.
  const message = kind === 'unsupported_media_type' ? `Unsupported media type: send ${accepts}` : error.message;
  return new AppError(kind, message, { cause: error });
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set when the answer is a 500, so that the metrics count bugs and not refusals. */
    unexpected?: boolean;
  }
}
