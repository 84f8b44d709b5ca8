import type { Frame } from './frame';

/**
 * Joins a producer that must not wait (the model's stream) to a stage that pulls. Unbounded on purpose:
 * it holds one reply's text, which the model's own limit bounds.
 */
export class FrameQueue<T extends Frame> implements AsyncIterable<T> {
  readonly #frames: T[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  push(frame: T): void { this.#frames.push(frame); this.#wake?.(); }
  end(): void { this.#ended = true; this.#wake?.(); }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const frame = this.#frames.shift();
      if (frame) yield frame;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => { this.#wake = resolve; });
    }
  }
}
