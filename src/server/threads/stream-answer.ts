import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { content, events, type Answer, type ServerSentEvent } from '../api/answer';
import { restarting, turnFailure, type ChatRun } from '../chat';
import { toAppError } from '../platform/errors';

/**
 * How long the status waits for the first word. A failure before it has a status of its own, which says more than a
 * stream that breaks; but a connection that stays silent for a minute is given up by proxies, so then the stream begins.
 */
const BEGINS_WITHIN_MS = 10_000;

export const streamedAnswer = {
  description: 'The answer as it is written',
  content: { 'text/event-stream': z.string(), 'text/plain': z.string() },
};

/** Raw text for those who ask for it and for no events. */
const wantsText = ({ accept = '' }: IncomingHttpHeaders): boolean => /\btext\/plain\b/i.test(accept) && !/\btext\/event-stream\b/i.test(accept);

async function* wordsOf(run: ChatRun, signal: AbortSignal): AsyncGenerator<string, void> {
  let told = false;
  for await (const { event } of run.events(0, signal)) {
    if (event.type === 'text-delta') {
      told = true;
      yield event.text;
    } else if (event.type === 'failed') throw turnFailure(event.error);
    else if (event.type === 'final') {
      if (!told && event.text !== '') yield event.text; // of a turn from the database nothing else is left
      return;
    }
  }
  throw restarting();
}

/** @throws what happens before the first word, if it happens soon */
async function begun(words: AsyncGenerator<string, void>): Promise<AsyncGenerator<string, void>> {
  const first = words.next();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => { timer = setTimeout(resolve, BEGINS_WITHIN_MS); });
  await Promise.race([first, late]).finally(() => clearTimeout(timer));
  first.catch(() => {}); // said by whoever reads on
  return (async function* () {
    const { done, value } = await first;
    if (done) return;
    yield value;
    yield* words;
  })();
}

async function* frames(words: AsyncGenerator<string, void>): AsyncGenerator<ServerSentEvent> {
  try {
    for await (const text of words) yield { data: { content: text } };
  } catch (error) {
    yield { data: { error: toAppError(error).userMessage } };
  }
  yield { data: '[DONE]' };
}

async function* plain(words: AsyncGenerator<string, void>): AsyncGenerator<string> {
  try {
    yield* words;
  } catch (error) {
    yield `\n[Stream Error]: ${toAppError(error).userMessage}\n`;
  }
}

/** A turn as 002 streams it: frames that end in `[DONE]`, or bare text. */
export async function streamAnswer(run: ChatRun, { headers, signal }: { headers: IncomingHttpHeaders; signal: AbortSignal }): Promise<Answer> {
  const words = await begun(wordsOf(run, signal));
  return wantsText(headers)
    ? content('text/plain; charset=utf-8', plain(words), { headers: { 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' } })
    : events(frames(words));
}
