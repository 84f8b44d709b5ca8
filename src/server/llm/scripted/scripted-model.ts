import { setTimeout as delay } from 'node:timers/promises';
import { APICallError, type LanguageModelV3, type LanguageModelV3CallOptions } from '@ai-sdk/provider';
import { lastUserText, localModel, promptText, type LocalPart } from '../local-model';
import { countTokens } from '../token-count';
import type { Script, ScriptReply } from './script';

/** Replays a script over the interface of a real model: for tests and benchmarks, where only our own time should count. */
export function scriptedModel(name: string, script: Script): LanguageModelV3 {
  const used = new Map<ScriptReply, number>();

  function pick(options: LanguageModelV3CallOptions): ScriptReply {
    const said = lastUserText(options);
    const afterTool = options.prompt.at(-1)?.role === 'tool';
    const found = script.replies.find((reply) =>
      (reply.after === undefined || (reply.after === 'tool') === afterTool)
      && (reply.when === undefined || new RegExp(reply.when, 'i').test(said))
      && (used.get(reply) ?? 0) < (reply.times ?? Infinity));
    if (!found) throw new Error(`scripted/${name} has no reply for this`);
    used.set(found, (used.get(found) ?? 0) + 1);
    return found;
  }

  async function* parts(options: LanguageModelV3CallOptions): AsyncGenerator<LocalPart> {
    const signal = options.abortSignal;
    const reply = pick(options);
    const tokenMs = reply.tokenMs ?? script.tokenMs;
    let written = '';
    await wait(reply.firstTokenMs ?? script.firstTokenMs, signal);
    for (const step of reply.steps) {
      if ('text' in step) {
        for (const token of step.text.match(/\s*\S+\s*$|\s*\S+/g) ?? []) {
          if (written !== '') await wait(tokenMs, signal);
          written += token;
          yield { type: 'text', text: token };
        }
      } else if ('toolCall' in step) {
        yield { type: 'tool-call', ...step.toolCall };
      } else if ('pauseMs' in step) {
        await wait(step.pauseMs, signal);
      } else if ('hang' in step) {
        await wait(LONGEST_TIMER_MS, signal);
      } else {
        throw failure(step.fail);
      }
    }
    yield { type: 'finish', inputTokens: countTokens(promptText(options)), outputTokens: countTokens(written) };
  }

  return localModel({ provider: 'scripted', modelId: name, parts });
}

/** setTimeout's own limit, some 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  if (ms > 0) await delay(ms, undefined, { signal });
}

function failure({ status, message, retryAfterSeconds }: { status?: number | undefined; message: string; retryAfterSeconds?: number | undefined }): Error {
  return new APICallError({
    message,
    url: 'scripted:',
    requestBodyValues: {},
    ...(status === undefined ? {} : { statusCode: status }),
    ...(retryAfterSeconds === undefined ? {} : { responseHeaders: { 'retry-after': String(retryAfterSeconds) } }),
    isRetryable: status === undefined || status === 429 || status >= 500,
  });
}
