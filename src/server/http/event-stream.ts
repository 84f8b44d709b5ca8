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
  type Next = IteratorResult<ServerSentEvent> | 'beat' | 'closed';
  // One promise for each wait, and one timer for all: races against promises that live as long as the stream would
  // hold on to every token of it.
  let wake: (what: Next) => void = () => {};
  const close = () => wake('closed');
  const beat = () => wake('beat');
  let timer = setTimeout(beat, FIRST_BEAT_MS);
  let begun = false;
  let pending: Promise<IteratorResult<ServerSentEvent>> | undefined;
  closing.addEventListener('abort', close, { once: true });
  try {
    while (!closing.aborted) {
      if (begun) timer.refresh(); // it may have gone off while the client was busy
      const next = (pending ??= iterator.next());
      const what = await new Promise<Next>((resolve, reject) => {
        wake = resolve;
        next.then(resolve, reject);
      });
      if (what === 'closed') return;
      if (!begun) {
        begun = true;
        clearTimeout(timer);
        timer = setTimeout(beat, BEAT_MS);
      }
      if (what === 'beat') {
        yield COMMENT;
        continue;
      }
      pending = undefined;
      if (what.done) return;
      yield encodeEvent(what.value);
    }
  } finally {
    clearTimeout(timer);
    closing.removeEventListener('abort', close); // it lives as long as the process does
    pending?.catch(() => {}); // nobody listens any more
    void Promise.resolve(iterator.return?.()).catch(() => {}); // not awaited: a source may be waiting for something that never comes
  }
}
