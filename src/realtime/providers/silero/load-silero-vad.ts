import { InferenceSession, Tensor } from 'onnxruntime-node';
import { packageFile } from '@/server/platform/package-file';
import type { Vad, VadStream } from '../vad';

const FRAME_SAMPLES = 512; // 32 ms at 16 kHz
/** The model looks back at the end of the frame before. */
const CONTEXT_SAMPLES = 64;
const INPUT_SAMPLES = CONTEXT_SAMPLES + FRAME_SAMPLES;
const STATE_SIZE = 128;
/** Rows of the recurrent state: hidden and cell. */
const STATE_ROWS = 2;
/** One run blocks the event loop: 64 frames take about 3 ms, which no other stream notices. */
const MAX_BATCH = 64;

/**
 * Silero v6. It runs on the calling thread (0.13 ms a frame, 0.05 ms in a batch), which is cheaper than moving frames
 * between threads. Frames that wait at the same moment go through the model together; the answer is bit for bit the same.
 */
export async function loadSileroVad(): Promise<Vad> {
  const session = await InferenceSession.create(packageFile('@ricky0123/vad-web', 'dist/silero_vad_v6.onnx'), {
    intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', logSeverityLevel: 3,
  });
  const batcher = new Batcher(session);
  return { frameSamples: FRAME_SAMPLES, stream: () => new SileroStream(batcher) };
}

class SileroStream implements VadStream {
  /** Context and frame, as the model takes them. */
  readonly input = new Float32Array(INPUT_SAMPLES);
  readonly state = new Float32Array(STATE_ROWS * STATE_SIZE);
  private before: Promise<unknown> = Promise.resolve();

  constructor(private readonly batcher: Batcher) {}

  push(frame: Float32Array): Promise<number> {
    if (frame.length !== FRAME_SAMPLES) throw new RangeError(`A VAD frame has ${FRAME_SAMPLES} samples, not ${frame.length}`);
    const samples = frame.slice(); // the caller may use its buffer again before this one's turn comes
    // Each frame needs the state that the frame before leaves behind.
    const answer = this.before.then(() => {
      this.input.copyWithin(0, FRAME_SAMPLES);
      this.input.set(samples, CONTEXT_SAMPLES);
      return this.batcher.run(this);
    });
    this.before = answer.catch(() => undefined);
    return answer;
  }

  /** Forgets what was heard; takes effect after the frames already pushed. */
  reset(): void {
    this.before = this.before.then(() => { this.input.fill(0); this.state.fill(0); });
  }
}

class Batcher {
  private waiting: { stream: SileroStream; resolve(probability: number): void; reject(error: unknown): void }[] = [];
  private scheduled = false;
  private readonly sampleRate = new Tensor('int64', BigInt64Array.of(16_000n), []);

  constructor(private readonly session: InferenceSession) {}

  run(stream: SileroStream): Promise<number> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ stream, resolve, reject });
      if (this.scheduled) return;
      this.scheduled = true;
      setImmediate(() => void this.drain());
    });
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, MAX_BATCH);
      try {
        const probabilities = await this.infer(batch.map(({ stream }) => stream));
        batch.forEach(({ resolve }, index) => resolve(probabilities[index]!));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.scheduled = false;
  }

  /** State is laid out [row, stream, value]; it goes back into each stream. */
  private async infer(streams: readonly SileroStream[]): Promise<Float32Array> {
    const count = streams.length;
    const input = new Float32Array(count * INPUT_SAMPLES);
    const state = new Float32Array(STATE_ROWS * count * STATE_SIZE);
    const place = (row: number, index: number) => (row * count + index) * STATE_SIZE;
    streams.forEach((stream, index) => {
      input.set(stream.input, index * INPUT_SAMPLES);
      for (let row = 0; row < STATE_ROWS; row++) state.set(stream.state.subarray(row * STATE_SIZE, (row + 1) * STATE_SIZE), place(row, index));
    });
    const results = await this.session.run({
      input: new Tensor('float32', input, [count, INPUT_SAMPLES]),
      state: new Tensor('float32', state, [STATE_ROWS, count, STATE_SIZE]),
      sr: this.sampleRate,
    });
    const next = results.stateN!.data as Float32Array;
    streams.forEach((stream, index) => {
      for (let row = 0; row < STATE_ROWS; row++) stream.state.set(next.subarray(place(row, index), place(row, index) + STATE_SIZE), row * STATE_SIZE);
    });
    return results.output!.data as Float32Array;
  }
}
