import { Downsampler } from './downsampler';
import { floatToS16 } from './pcm';

export type MicrophoneProblem = 'denied' | 'missing' | 'busy' | 'insecure' | 'failed';

export class MicrophoneError extends Error {
  constructor(readonly problem: MicrophoneProblem, cause?: unknown) {
    super(`microphone: ${problem}`, { cause });
  }
}

const PROBLEMS: Record<string, MicrophoneProblem> = {
  NotAllowedError: 'denied', SecurityError: 'denied', NotFoundError: 'missing', OverconstrainedError: 'missing', NotReadableError: 'busy', AbortError: 'busy',
};

/** A worklet is a script of its own: the bundler hands the file on as it is, at an address of our origin. */
const WORKLET_URL = new URL('./capture-worklet.js', import.meta.url);

interface MicrophoneOptions {
  sampleRate: number;
  /** Length of the chunks given out: short enough not to add delay, long enough not to flood the socket. */
  chunkMs: number;
  onChunk: (samples: Int16Array) => void;
  /** The device went away (unplugged, or permission taken back). */
  onEnded: () => void;
}

/**
 *            open()              permission and graph ready
 *   closed ──────────► opening ───────────────────────────► open
 *      ▲                  │ refused or closed meanwhile       │
 *      └──────────────────┴───────────────────────────────────┘ close()
 *
 * While open, every sample reaches `onChunk`; whether it is sent is the session's business.
 */
export class Microphone {
  private opening: Promise<void> | null = null;
  /** Changes with every close: what was being opened before it must not open any more. */
  private round = 0;
  private stream: MediaStream | null = null;
  private context: AudioContext | null = null;
  private pending: Int16Array;
  private filled = 0;

  constructor(private readonly options: MicrophoneOptions) {
    this.pending = new Int16Array(Math.round((options.sampleRate * options.chunkMs) / 1000));
  }

  get isOpen(): boolean {
    return this.context !== null;
  }

  /** Asks for the microphone; several callers share one request. Throws MicrophoneError; not open afterwards when it was closed meanwhile. */
  open(): Promise<void> {
    if (this.isOpen) return Promise.resolve();
    const round = this.round;
    this.opening ??= this.start().finally(() => { if (round === this.round) this.opening = null; });
    return this.opening;
  }

  close(): void {
    this.round++;
    this.opening = null;
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    void this.context?.close();
    this.context = null;
    this.filled = 0;
  }

  /** Hands out what has not filled a chunk yet: the end of a held button must not cut the last word. */
  flush(): void {
    const samples = this.pending.slice(0, this.filled);
    this.filled = 0; // first: who is told may flush or close us
    if (samples.length > 0) this.options.onChunk(samples);
  }

  private async start(): Promise<void> {
    const round = this.round;
    // Browsers hide the whole API from pages that are neither HTTPS nor localhost.
    if (!globalThis.isSecureContext || !navigator.mediaDevices?.getUserMedia) throw new MicrophoneError('insecure');
    const context = new AudioContext();
    // While the browser asks: a device that is open says something already.
    const loaded = context.audioWorklet.addModule(WORKLET_URL.href);
    loaded.catch(() => {}); // told below
    const stream = await navigator.mediaDevices
      .getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true } })
      .catch((error: unknown) => {
        void context.close();
        throw new MicrophoneError(PROBLEMS[error instanceof Error ? error.name : ''] ?? 'failed', error);
      });
    const giveBack = () => {
      stream.getTracks().forEach((track) => track.stop());
      void context.close();
    };
    let downsampler: Downsampler;
    try {
      await loaded;
      await context.resume();
      downsampler = new Downsampler(context.sampleRate, this.options.sampleRate);
    } catch (error) {
      giveBack();
      throw new MicrophoneError('failed', error);
    }
    if (round !== this.round) return giveBack(); // the page was left while the browser asked
    const capture = new AudioWorkletNode(context, 'capture', { numberOfOutputs: 0, channelCount: 1, channelCountMode: 'explicit' });
    capture.port.onmessage = (message: MessageEvent<Float32Array>) => {
      if (this.context === context) this.collect(floatToS16(downsampler.process(message.data)));
    };
    context.createMediaStreamSource(stream).connect(capture);
    stream.getAudioTracks()[0]?.addEventListener('ended', () => { this.close(); this.options.onEnded(); });
    this.stream = stream;
    this.context = context;
  }

  private collect(samples: Int16Array): void {
    for (let taken = 0; taken < samples.length;) {
      const part = samples.subarray(taken, taken + this.pending.length - this.filled);
      this.pending.set(part, this.filled);
      this.filled += part.length;
      taken += part.length;
      if (this.filled === this.pending.length) this.flush();
    }
  }
}
