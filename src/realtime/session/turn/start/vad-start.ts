import type { TurnStart } from './turn-start';

/** Enough speech in a row, where a single doubtful frame does not break the row. */
export class VadStart implements TurnStart {
  #speechMs = 0;
  #silenceMs = 0;

  constructor(private readonly options: { speechStartMs: number; vadOn: number; vadOff: number }) {}

  onFrame(probability: number, frameMs: number): boolean {
    if (probability >= this.options.vadOn) {
      this.#speechMs += frameMs;
      this.#silenceMs = 0;
    } else if (probability < this.options.vadOff) {
      this.#silenceMs += frameMs;
      if (this.#silenceMs >= 2 * frameMs) this.#speechMs = 0;
    }
    return this.#speechMs >= this.options.speechStartMs;
  }

  reset(): void { this.#speechMs = 0; this.#silenceMs = 0; }
}
