export interface FramerLimits { maxHeadBytes: number; maxBodyBytes: number }

export class FramingError extends Error {
  override readonly name = 'FramingError';
}

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const CR = 13;
const LF = 10;

/** RFC 3261 section 18.3: over a stream, Content-Length says where a message ends. Between messages stand keep-alives (RFC 5626 section 4.4.1). */
export class StreamFramer {
  #buffer: Buffer = Buffer.alloc(0);

  constructor(private readonly limits: FramerLimits) {}

  /** Whether a message has begun and is not complete. */
  get waiting(): boolean { return this.#buffer.length > 0; }

  /** @throws FramingError when the stream cannot be understood any longer */
  push(chunk: Buffer): { messages: string[]; pings: number } {
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    const messages: string[] = [];
    let pings = 0;
    for (;;) {
      pings += this.#takePings();
      const head = this.#buffer.indexOf(END_OF_HEAD);
      if (head < 0) {
        if (this.#buffer.length > this.limits.maxHeadBytes) throw new FramingError('the head of a message is too long');
        return { messages, pings };
      }
      if (head > this.limits.maxHeadBytes) throw new FramingError('the head of a message is too long');
      const length = this.#contentLength(this.#buffer.toString('latin1', 0, head));
      const end = head + END_OF_HEAD.length + length;
      if (this.#buffer.length < end) return { messages, pings };
      messages.push(this.#buffer.toString('utf8', 0, end));
      this.#buffer = this.#buffer.subarray(end);
    }
  }

  /** A double CRLF asks for a single one; a single one is the answer to ours. */
  #takePings(): number {
    let pings = 0;
    while (this.#buffer[0] === CR && this.#buffer[1] === LF) {
      const double = this.#buffer[2] === CR && this.#buffer[3] === LF;
      if (double) pings += 1;
      this.#buffer = this.#buffer.subarray(double ? 4 : 2);
    }
    return pings;
  }

  #contentLength(head: string): number {
    const values = [...head.matchAll(/(?:^|\r\n)(?:content-length|l)[ \t]*:[ \t]*([^\r\n]*)/gi)].map((match) => match[1]!.trim());
    if (values.length === 0) return 0; // section 20.14 demands it; who leaves it out has no body
    if (values.some((value) => value !== values[0]) || !/^\d{1,9}$/.test(values[0]!)) throw new FramingError('Content-Length is not one number');
    const length = Number(values[0]);
    if (length > this.limits.maxBodyBytes) throw new FramingError('the body of a message is too long');
    return length;
  }
}
