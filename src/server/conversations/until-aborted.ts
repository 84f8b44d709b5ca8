/**
 * A model's stream until `signal` aborts; then why it did is thrown at once, whatever the stream does: a connection that we
 * closed breaks like any other, and one that Node 20's fetch closed may say nothing ever again (nodejs/undici#4089).
 */
export async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const parts = source[Symbol.asyncIterator]();
  let end = () => {};
  const aborted = new Promise<never>((_, reject) => { end = () => reject(signal.reason as Error); });
  aborted.catch(() => {}); // nobody may be waiting
  signal.addEventListener('abort', end, { once: true });
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await Promise.race([parts.next(), aborted]);
      if (done) return;
      yield value;
    }
  } catch (thrown) {
    signal.throwIfAborted();
    throw thrown;
  } finally {
    signal.removeEventListener('abort', end);
    parts.return?.().catch(() => {}); // not waited for, for the same reason
  }
}
