/** Audio on its way out, in pieces of any length. Bounded: what would exceed `maxSamples` is refused. */
export class SampleQueue {
  #pieces: Int16Array[] = [];
  #offset = 0; // within the first piece
  #length = 0;

  constructor(private readonly maxSamples: number) {}

  get length(): number { return this.#length; }

  /** False when it was too much. */
  push(samples: Int16Array): boolean {
    if (this.#length + samples.length > this.maxSamples) return false;
    if (samples.length > 0) this.#pieces.push(samples);
    this.#length += samples.length;
    return true;
  }

  /** Fills `frame` from its beginning; the rest stays as it is. Answers how many samples there were. */
  take(frame: Int16Array): number {
    let at = 0;
    while (at < frame.length && this.#pieces.length > 0) {
      const piece = this.#pieces[0]!;
      const part = piece.subarray(this.#offset, this.#offset + frame.length - at);
      frame.set(part, at);
      at += part.length;
      this.#offset += part.length;
      if (this.#offset === piece.length) { this.#pieces.shift(); this.#offset = 0; }
    }
    this.#length -= at;
    return at;
  }

  clear(): void { this.#pieces = []; this.#offset = 0; this.#length = 0; }
}
