/** Voice activity. One model, many streams; a stream is cheap and holds the state of one microphone. */
export interface VadStream {
  /** @param frame exactly `frameSamples` mono samples at 16 kHz in -1..1; answers the probability of speech, 0..1. */
  push(frame: Float32Array): Promise<number>;
  reset(): void;
}

export interface Vad {
  readonly frameSamples: number; // 512 = 32 ms
  stream(): VadStream;
}
