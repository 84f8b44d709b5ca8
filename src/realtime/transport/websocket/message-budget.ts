/** 20 ms of audio at 48 kHz in base64 and JSON. A larger message counts as so many of these, or megabytes would come at the price of one. */
const MESSAGE_BYTES = 3_000;

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

  /** False when a message of this size is one too many. */
  spend(bytes: number): boolean {
    const cost = Math.max(1, bytes / MESSAGE_BYTES);
    const now = this.options.monotonic();
    this.#tokens = Math.min(this.options.burst, this.#tokens + ((now - this.#at) / 1000) * this.options.perSecond);
    this.#at = now;
    if (this.#tokens < cost) return false;
    this.#tokens -= cost;
    return true;
  }
}
