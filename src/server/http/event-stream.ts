import type { ServerSentEvent } from '../api/answer';

const FIRST_BEAT_MS = 1_000; // so that headers leave soon although the source has nothing to say yet
const BEAT_MS = 15_000; // below the 30 s after which common proxies give a silent connection up
const COMMENT = ':\n\n';

/** https://html.spec.whatwg.org/multipage/server-sent-events.html: a line each, so no value may end its line early. */
export function encodeEvent({ event, id, data }: ServerSentEvent): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  const line = (name: string, value: string | undefined) => (value === undefined ? '' : `${name}: ${value.replace(/[\r\n\0]+/g, ' ')}\n`);
  return `${line('event', event)}${line('id', id)}${text.split(/\r\n|\r|\n/).map((one) => `data: ${one}\n`).join('')}\n`;
}

/**
 * Frames, with comments while the source is silent, until it ends or `closing` aborts. Nothing is asked of the source
 * before the client took what was there: whoever reads this sets the pace.
 */
export async function* encodeEvents(source: AsyncIterable<ServerSentEvent>, closing: AbortSignal): AsyncGenerator<string> {
  const iterator = source[Symbol.asyncIterator]();
  let close = () => {};
  const closed = new Promise<'closed'>((resolve) => {
    close = () => resolve('closed');
    if (closing.aborted) close();
    else closing.addEventListener('abort', close, { once: true });
  });
  let beatMs = FIRST_BEAT_MS;
  let pending: Promise<IteratorResult<ServerSentEvent>> | undefined;
  try {
    for (;;) {
      pending ??= iterator.next();
      let timer: NodeJS.Timeout | undefined;
      const beat = new Promise<'beat'>((resolve) => { timer = setTimeout(resolve, beatMs, 'beat'); });
      const what = await Promise.race([pending, beat, closed]).finally(() => clearTimeout(timer));
      if (what === 'closed') return;
      beatMs = BEAT_MS;
      if (what === 'beat') {
        yield COMMENT;
        continue;
      }
      pending = undefined;
      if (what.done) return;
      yield encodeEvent(what.value);
    }
  } finally {
    closing.removeEventListener('abort', close); // it lives as long as the process does
    pending?.catch(() => {}); // nobody listens any more
    void Promise.resolve(iterator.return?.()).catch(() => {}); // not awaited: a source may be waiting for something that never comes
  }
}
