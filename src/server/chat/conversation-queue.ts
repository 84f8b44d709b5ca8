import { AppError } from '../platform/errors';

/** Turns that wait for the one that runs: more than a person types ahead, less than a program can pile up. */
const MOST_WAITING = 8;

/**
 * One turn at a time in a conversation, in the order they came: the second one's history holds the first one's reply.
 *
 *   take() ──free──▶ held ──release()──▶ the next, or free
 *      └──held by another──▶ waiting ──▶ held
 *                               └── its signal aborts: gone
 */
export class ConversationQueue {
  readonly #held = new Map<string, Array<() => void>>();

  /** @throws AppError rate_limited when too many wait already */
  assertRoom(conversationId: string): void {
    if ((this.#held.get(conversationId)?.length ?? 0) >= MOST_WAITING)
      throw new AppError('rate_limited', 'Too many messages wait for an answer in this conversation; send the next when one has come', { retryAfterSeconds: 5 });
  }

  isBusy(conversationId: string): boolean { return this.#held.has(conversationId); }

  async take(conversationId: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    const waiting = this.#held.get(conversationId);
    if (!waiting) this.#held.set(conversationId, []);
    else await new Promise<void>((resolve, reject) => {
      const begin = () => {
        signal.removeEventListener('abort', give);
        resolve();
      };
      const give = () => {
        waiting.splice(waiting.indexOf(begin), 1);
        reject(signal.reason as Error);
      };
      waiting.push(begin);
      signal.addEventListener('abort', give, { once: true });
    });
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const next = this.#held.get(conversationId)?.shift();
      if (next) next();
      else this.#held.delete(conversationId);
    };
  }
}
