import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { AppError } from '../platform/errors';
import { EgressRefused, type EgressGuard } from '../platform/egress/egress-guard';
import { failureWords } from './failure-words';
import type { AttemptOutcome } from './tables';

/** From the first look at the name to the end of the answer. */
export const ATTEMPT_LIMIT_MS = 15_000;
/** Nobody reads the answer; taking some of it lets simple receivers finish what they do. */
const MOST_ANSWER_BYTES = 65_536;

export interface WebhookRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
  guard: EgressGuard;
  /** The worker drains. */
  signal: AbortSignal;
  limitMs?: number;
  /** Authorities trusted besides the system's. */
  ca?: string;
}

export interface AttemptResult {
  outcome: AttemptOutcome;
  status: number | null;
  /** In words, when it was no success. */
  error: string | null;
  /** The receiver asked for so long a pause. */
  retryAfterSeconds: number | null;
  durationMs: number;
}

/**
 * One POST on a connection of its own. The status decides: redirects are not followed, and what comes after the
 * answer's head changes nothing. Only the worker's end throws, because such a try counts for nothing.
 */
export async function sendWebhook(given: WebhookRequest): Promise<AttemptResult> {
  const { signal, limitMs = ATTEMPT_LIMIT_MS } = given;
  const startedAt = performance.now();
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitMs);
  const took = () => Math.round(performance.now() - startedAt);
  try {
    const answer = await post(given, AbortSignal.any([signal, limit.signal]));
    await drain(answer);
    return { ...judge(answer), durationMs: took() };
  } catch (error) {
    if (signal.aborted) throw new AppError('cancelled', 'The worker ends: this try does not count', { cause: error });
    const timedOut = limit.signal.aborted;
    return {
      outcome: timedOut ? 'timeout' : error instanceof EgressRefused ? 'blocked' : 'unreachable',
      status: null,
      error: timedOut ? `no answer within ${limitMs / 1000} s` : failureWords(error, new URL(given.url)),
      retryAfterSeconds: null,
      durationMs: took(),
    };
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves with the answer's head. */
function post({ url: text, headers, body, guard, ca }: WebhookRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const url = new URL(text);
  guard.checkLiteral(url.hostname);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const request = send(url, {
      method: 'POST',
      agent: false, // a connection of its own, judged when it is made
      lookup: guard.lookup,
      signal,
      headers: { ...headers, 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)), 'user-agent': 'Parley' },
      ...(ca === undefined ? {} : { ca }),
    });
    request.on('response', resolve);
    request.on('error', reject); // after the answer's head too: then nobody waits for it any more
    request.end(body);
  });
}

/** Ends with the answer, its first 64 KB, its breaking off or the time allowed, whatever comes first. */
function drain(answer: IncomingMessage): Promise<void> {
  let bytes = 0;
  return new Promise((resolve) => {
    answer.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_ANSWER_BYTES) answer.destroy();
    });
    answer.on('error', () => {}); // the status has come
    answer.on('close', resolve);
  });
}

function judge({ statusCode = 0, headers }: IncomingMessage): Omit<AttemptResult, 'durationMs'> {
  const base = { status: statusCode, retryAfterSeconds: null };
  if (statusCode >= 200 && statusCode < 300) return { ...base, outcome: 'delivered', error: null };
  if (statusCode === 410) return { ...base, outcome: 'gone', error: 'answered 410: it wants no more, so nothing more is tried' };
  if (statusCode >= 300 && statusCode < 400) return { ...base, outcome: 'rejected', error: `answered ${statusCode}: redirects are not followed, so give the address they lead to` };
  return { ...base, outcome: 'rejected', error: `answered ${statusCode}`, retryAfterSeconds: secondsOf(headers['retry-after']) };
}

/** Only the form in seconds: a date would trust the receiver's clock. */
const secondsOf = (header: string | undefined): number | null => (header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : null);
