import { setTimeout as sleep } from 'node:timers/promises';
import { awakeTimer } from '@/server/platform/awake-timer';
import { AppError } from '@/server/platform/errors';
import type { OpenAiCompatibleOptions } from './options';

/** A caller in silence will not wait longer than this for a server that says "later". */
const LONGEST_RETRY_DELAY_MS = 1_000;
const RETRY_DELAY_MS = 100;
const MAX_ERROR_BYTES = 16 * 1024;

export interface SpeechRequest {
  method?: 'GET' | 'POST';
  path: string;
  headers?: Record<string, string>;
  /** Called for each try, because a form can be read once only. */
  body?: () => FormData | string;
  signal: AbortSignal;
  traceparent?: string;
  /** RFC 9218 urgency; servers that do not know the header ignore it. */
  urgency?: number;
}

/** Requests to one OpenAI-compatible audio server; every failure leaves as an AppError of the provider interfaces. */
export class SpeechHttp {
  readonly provider: string;
  readonly timeoutMs: number;
  private readonly base: string;
  private readonly retries: number;
  private readonly authorization: Record<string, string>;

  constructor(options: OpenAiCompatibleOptions) {
    const trimmed = options.baseUrl.replace(/\/+$/, '');
    this.base = trimmed.endsWith('/v1') ? trimmed : `${trimmed}/v1`;
    this.provider = options.provider ?? 'openai-compatible';
    this.timeoutMs = options.timeoutMs ?? 15_000;
    this.retries = options.retries ?? 1;
    this.authorization = options.apiKey ? { authorization: `Bearer ${options.apiKey.reveal()}` } : {};
  }

  /**
   * Resolves with a 2xx whose body is not read yet; `deadline` covers everything up to the head of the answer.
   * Trying again is safe here: neither transcription nor synthesis changes anything on the server.
   */
  async send(request: SpeechRequest, deadline: Deadline): Promise<Response> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.sendOnce(request, deadline);
      } catch (thrown) {
        const error = deadline.explain(thrown);
        const delayMs = error.retryAfterSeconds === undefined ? RETRY_DELAY_MS : error.retryAfterSeconds * 1000;
        if (attempt >= this.retries || !error.retryable || error.kind === 'timeout' || delayMs > LONGEST_RETRY_DELAY_MS) throw error;
        await sleep(delayMs, undefined, { signal: deadline.signal }).catch((cause: unknown) => { throw deadline.explain(cause); });
      }
    }
  }

  deadline(signal: AbortSignal): Deadline { return new Deadline(signal, this.timeoutMs, this.provider); }

  private async sendOnce(request: SpeechRequest, deadline: Deadline): Promise<Response> {
    const response = await fetch(`${this.base}${request.path}`, {
      method: request.method ?? 'POST',
      headers: {
        ...this.authorization, ...request.headers,
        ...(request.traceparent ? { traceparent: request.traceparent } : {}),
        ...(request.urgency === undefined ? {} : { priority: `u=${request.urgency}` }),
      },
      body: request.body?.(),
      signal: deadline.signal,
      redirect: 'error',
    });
    if (response.ok) return response;
    throw await this.refusal(response, deadline.signal);
  }

  private async refusal(response: Response, signal: AbortSignal): Promise<AppError> {
    const text = Buffer.from(await readAtMost(response, MAX_ERROR_BYTES, signal).catch(() => new Uint8Array(0))).toString('utf8');
    const options = { details: { status: response.status, answer: text.slice(0, 500) }, retryAfterSeconds: retryAfter(response) };
    if (response.status === 408 || response.status === 429 || response.status >= 500)
      return new AppError('upstream_unavailable', `${this.provider} answered ${response.status}`, options);
    return new AppError('upstream_rejected', `${this.provider} refused the request with ${response.status}`, options);
  }
}

/** One signal out of the caller's and a clock, which knows afterwards whose it was. */
export class Deadline implements Disposable {
  private readonly controller = new AbortController();
  private cancelTimer = (): void => {};
  private late = false;
  private readonly onAbort = () => this.controller.abort(this.caller.reason);
  readonly signal = this.controller.signal;

  constructor(private readonly caller: AbortSignal, private readonly timeoutMs: number, private readonly provider: string) {
    if (caller.aborted) this.onAbort();
    else caller.addEventListener('abort', this.onAbort, { once: true });
    this.extend();
  }

  /** Progress was made: the wait starts again. */
  extend(): void {
    this.cancelTimer();
    this.cancelTimer = awakeTimer(this.timeoutMs, () => { this.late = true; this.controller.abort(); });
  }

  /** The consumer takes its time: that is not the server's silence. */
  pause(): void { this.cancelTimer(); }

  explain(thrown: unknown): AppError {
    if (this.caller.aborted) return new AppError('cancelled', 'Cancelled', { cause: thrown });
    if (this.late) return new AppError('timeout', `${this.provider} did not answer within ${this.timeoutMs} ms`, { cause: thrown });
    if (thrown instanceof AppError) return thrown;
    return new AppError('upstream_unavailable', `${this.provider} cannot be reached`, { cause: thrown });
  }

  /** Also aborts a body that was not read to its end, so that the server stops working on it. */
  [Symbol.dispose](): void {
    this.cancelTimer();
    this.caller.removeEventListener('abort', this.onAbort);
    this.controller.abort();
  }
}

/** The whole body, unless it is larger than anything this route could mean. */
export async function readAtMost(response: Response, limit: number, signal: AbortSignal): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of bodyOf(response, signal)) {
    size += piece.byteLength;
    if (size > limit) throw new AppError('upstream_rejected', `The answer is larger than ${limit} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/**
 * The body as it comes, until `signal` aborts. The read is ended here, because Node 20's fetch may not do it: aborted when
 * the last byte has come and was not read yet, its body neither ends nor fails (nodejs/undici#4089).
 */
export async function* bodyOf(response: Response, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  if (!response.body) return;
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const end = () => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', end, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      signal.throwIfAborted(); // or a half would pass for the whole
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
