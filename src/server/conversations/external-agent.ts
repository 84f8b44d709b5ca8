import type { LanguageModelV3 } from '@ai-sdk/provider';
import { z } from 'zod';
import { countTokens, lastUserText, localModel } from '../llm';
import { AppError } from '../platform/errors';

export interface ExternalAgentOptions {
  url: string;
  timeoutMs?: number;
  maxBytes?: number;
}

export interface ExternalQuestion {
  message: string;
  session_id: string | null;
  client_id: string | null;
  conversation_id: string | null;
}

/** An answer that is spoken; more than this is a mistake at the other end. */
const MAX_BYTES = 256 * 1024;
/** Below a turn's first-token time-out (20 s), so that the agent is named and not a model. */
const TIMEOUT_MS = 18_000;
const CHECK_TIMEOUT_MS = 2_000;

const answerSchema = z.object({ response: z.string(), text: z.string(), content: z.string(), message: z.string(), reply: z.string() }).partial();

/** Somebody else's agent over HTTP: one POST of what was said, one text back. */
export class ExternalAgent {
  /** So that a turn runs as with any model: same storage, time-outs and cancellation. */
  readonly languageModel: LanguageModelV3;

  constructor(private readonly options: ExternalAgentOptions) {
    const ask = this.ask.bind(this);
    this.languageModel = localModel({
      provider: 'external',
      modelId: 'agent',
      async *parts(call) {
        const { conversationId, sessionId, clientId } = call.providerOptions?.parley ?? {};
        const message = lastUserText(call);
        const text = await ask({ message, session_id: textOr(sessionId), client_id: textOr(clientId), conversation_id: textOr(conversationId) }, { signal: call.abortSignal, traceparent: call.headers?.traceparent });
        yield { type: 'text', text };
        yield { type: 'finish', inputTokens: countTokens(message), outputTokens: countTokens(text) };
      },
    });
  }

  async ask(question: ExternalQuestion, { signal, traceparent }: { signal?: AbortSignal | undefined; traceparent?: string | undefined } = {}): Promise<string> {
    const timer = AbortSignal.timeout(this.options.timeoutMs ?? TIMEOUT_MS);
    try {
      const response = await fetch(this.options.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json, text/plain', ...(traceparent === undefined ? {} : { traceparent }) },
        body: JSON.stringify(question),
        redirect: 'error',
        signal: signal ? AbortSignal.any([signal, timer]) : timer,
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw response.status >= 500 || response.status === 429
          ? new AppError('upstream_unavailable', `The external agent answered with status ${response.status}.`)
          : new AppError('upstream_rejected', `The external agent answered with status ${response.status}.`);
      }
      const text = readAnswer(await readBody(response, this.options.maxBytes ?? MAX_BYTES), response.headers.get('content-type') ?? '');
      if (text.trim() === '') throw new AppError('upstream_rejected', 'The external agent gave an empty answer.', { details: { reason: 'empty_answer' } });
      return text;
    } catch (thrown) {
      if (thrown instanceof AppError) throw thrown;
      if (signal?.aborted) throw new AppError('cancelled', 'Cancelled', { cause: thrown });
      if (timer.aborted) throw new AppError('timeout', 'The external agent took too long to answer.', { cause: thrown });
      throw new AppError('upstream_unavailable', 'The external agent cannot be reached.', { cause: thrown });
    }
  }

  /** Answers HTTP at all; any status but a server error will do, since asking for real would be a turn. */
  async check(signal?: AbortSignal): Promise<void> {
    const timer = AbortSignal.timeout(CHECK_TIMEOUT_MS);
    let status: number;
    try {
      const response = await fetch(this.options.url, { method: 'HEAD', redirect: 'manual', signal: signal ? AbortSignal.any([signal, timer]) : timer });
      status = response.status;
    } catch (cause) {
      throw new AppError('upstream_unavailable', 'The external agent cannot be reached.', { cause });
    }
    if (status >= 500 && status !== 501) throw new AppError('upstream_unavailable', `The external agent answers with status ${status}.`);
  }
}

const textOr = (value: unknown): string | null => (typeof value === 'string' ? value : null);

async function readBody(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new AppError('upstream_rejected', 'The external agent sent too long an answer.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readAnswer(body: string, contentType: string): string {
  if (!/\bjson\b/i.test(contentType)) return body;
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch (cause) {
    throw new AppError('upstream_unavailable', 'The external agent sent an answer that could not be read.', { cause });
  }
  if (typeof parsed === 'string') return parsed;
  const answer = answerSchema.safeParse(parsed);
  const text = answer.success ? answer.data.response ?? answer.data.text ?? answer.data.content ?? answer.data.message ?? answer.data.reply : undefined;
  if (text === undefined) throw new AppError('upstream_rejected', 'The external agent sent no text.');
  return text;
}
