import { isDatabaseAway } from './db/database-failure';

/**
 * The one error type that may cross a domain's edge, and the one table that says what each kind means to
 * every protocol. Anything else that is thrown is a bug and answers as `internal`, without its text.
 */
export const ERROR_KINDS = [
  'invalid_input', 'unauthenticated', 'forbidden', 'not_found', 'method_not_allowed', 'conflict', 'precondition_failed',
  'payload_too_large', 'unsupported_media_type', 'rate_limited', 'quota_exceeded', 'upstream_rejected',
  'upstream_unavailable', 'unavailable', 'timeout', 'cancelled', 'internal',
] as const;
export type ErrorKind = (typeof ERROR_KINDS)[number];

export type ErrorIssue = { path: string; message: string };

export interface AppErrorOptions {
  /** Words a person may be shown; defaults to `message`. */
  userMessage?: string;
  retryable?: boolean;
  /** Per-field problems of bad input, shown beside the text. */
  issues?: ErrorIssue[];
  details?: Record<string, unknown>;
  retryAfterSeconds?: number;
  cause?: unknown;
}

export class AppError extends Error {
  override readonly name = 'AppError';
  readonly userMessage: string;
  readonly retryable: boolean;
  readonly issues: ErrorIssue[] | undefined;
  readonly details: Record<string, unknown> | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(readonly kind: ErrorKind, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.userMessage = options.userMessage ?? message;
    this.retryable = options.retryable ?? ERROR_TABLE[kind].retryable;
    this.issues = options.issues;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

type TrpcCode =
  | 'BAD_REQUEST' | 'UNAUTHORIZED' | 'FORBIDDEN' | 'NOT_FOUND' | 'METHOD_NOT_SUPPORTED' | 'CONFLICT' | 'PRECONDITION_FAILED'
  | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE' | 'TOO_MANY_REQUESTS' | 'BAD_GATEWAY' | 'SERVICE_UNAVAILABLE'
  | 'TIMEOUT' | 'CLIENT_CLOSED_REQUEST' | 'INTERNAL_SERVER_ERROR';

/** HTTP status, tRPC code, SIP status (RFC 3261 section 21) and whether trying again can help. */
export const ERROR_TABLE = {
  invalid_input: { http: 400, trpc: 'BAD_REQUEST', sip: 400, retryable: false },
  unauthenticated: { http: 401, trpc: 'UNAUTHORIZED', sip: 401, retryable: false },
  forbidden: { http: 403, trpc: 'FORBIDDEN', sip: 403, retryable: false },
  not_found: { http: 404, trpc: 'NOT_FOUND', sip: 404, retryable: false },
  method_not_allowed: { http: 405, trpc: 'METHOD_NOT_SUPPORTED', sip: 405, retryable: false },
  conflict: { http: 409, trpc: 'CONFLICT', sip: 491, retryable: false },
  precondition_failed: { http: 412, trpc: 'PRECONDITION_FAILED', sip: 412, retryable: false },
  payload_too_large: { http: 413, trpc: 'PAYLOAD_TOO_LARGE', sip: 413, retryable: false },
  unsupported_media_type: { http: 415, trpc: 'UNSUPPORTED_MEDIA_TYPE', sip: 415, retryable: false },
  rate_limited: { http: 429, trpc: 'TOO_MANY_REQUESTS', sip: 503, retryable: true },
  quota_exceeded: { http: 429, trpc: 'TOO_MANY_REQUESTS', sip: 503, retryable: false },
  upstream_rejected: { http: 502, trpc: 'BAD_GATEWAY', sip: 502, retryable: false },
  upstream_unavailable: { http: 502, trpc: 'BAD_GATEWAY', sip: 502, retryable: true },
  unavailable: { http: 503, trpc: 'SERVICE_UNAVAILABLE', sip: 503, retryable: true },
  timeout: { http: 502, trpc: 'BAD_GATEWAY', sip: 504, retryable: true },
  cancelled: { http: 499, trpc: 'CLIENT_CLOSED_REQUEST', sip: 487, retryable: false },
  internal: { http: 500, trpc: 'INTERNAL_SERVER_ERROR', sip: 500, retryable: false },
} as const satisfies Record<ErrorKind, { http: number; trpc: TrpcCode; sip: number; retryable: boolean }>;

/** A field that does not fit, by its path: the words name it, and forms find it among the issues. */
export const invalidField = (path: string, message: string, cause?: unknown): AppError =>
  new AppError('invalid_input', `${path}: ${message}`, { issues: [{ path, message }], cause });

/** What was thrown, as an AppError: a database that is away is `unavailable`, bugs become `internal` and keep their text to the log. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof Error && thrown.name === 'AbortError') return new AppError('cancelled', 'Cancelled', { cause: thrown });
  if (isDatabaseAway(thrown)) return new AppError('unavailable', 'The database is not available', { cause: thrown, retryAfterSeconds: 5 });
  return new AppError('internal', 'Internal Server Error', { cause: thrown });
}
