/** The sample rate of everything that is listened to: VAD and STT want 16 kHz. */
export const LISTEN_HZ = 16_000;

/** What the person is saying: 16 kHz samples, kept in the pieces they came in until they are wanted. */
export class Capture {
  #pieces: Int16Array[] = [];
  #samples = 0;

  get lengthMs(): number { return (this.#samples / LISTEN_HZ) * 1000; }
  get isEmpty(): boolean { return this.#samples === 0; }

  append(samples: Int16Array): void {
    if (samples.length === 0) return;
    this.#pieces.push(samples);
    this.#samples += samples.length;
  }

  /** Everything so far, in one piece. */
  copy(): Int16Array {
    const all = new Int16Array(this.#samples);
    let at = 0;
    for (const piece of this.#pieces) { all.set(piece, at); at += piece.length; }
    return all;
  }

  take(): Int16Array {
    const all = this.copy();
    this.clear();
    return all;
  }

  /** Forgets all but (at least) the last `ms`. */
  keepLast(ms: number): void {
    const wanted = (ms / 1000) * LISTEN_HZ;
    while (this.#pieces.length > 0 && this.#samples - this.#pieces[0]!.length >= wanted) this.#samples -= this.#pieces.shift()!.length;
  }

  clear(): void { this.#pieces = []; this.#samples = 0; }
}
