/**
 * A token bucket over a client's messages. A minute of audio in 20 ms pieces is 3,000 messages, and a client
 * may send that from a file at once; what keeps coming above `perSecond` after that is a flood.
 */
export class MessageBudget {
  #tokens: number;
  #at: number;

  constructor(private readonly options: { burst: number; perSecond: number; monotonic: () => number }) {
    this.#tokens = options.burst;
    this.#at = options.monotonic();
  }

  /** False when the message is one too many. */
  spend(): boolean {
    const now = this.options.monotonic();
    this.#tokens = Math.min(this.options.burst, this.#tokens + ((now - this.#at) / 1000) * this.options.perSecond);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
