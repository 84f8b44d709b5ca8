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

/** Served from public/: a worklet is a script of its own, which the bundler must not touch and the CSP must know. */
const WORKLET_URL = '/audio/capture-worklet.js';

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

  /** Asks for the microphone; several callers share one request. Throws MicrophoneError. */
  open(): Promise<void> {
    if (this.isOpen) return Promise.resolve();
    this.opening ??= this.start().finally(() => { this.opening = null; });
    return this.opening;
  }

  close(): void {
    this.opening = null;
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    void this.context?.close();
    this.context = null;
    this.filled = 0;
  }

  /** Hands out what has not filled a chunk yet: the end of a held button must not cut the last word. */
  flush(): void {
    if (this.filled > 0) this.options.onChunk(this.pending.slice(0, this.filled));
    this.filled = 0;
  }

  private async start(): Promise<void> {
    // Browsers hide the whole API from pages that are neither HTTPS nor localhost.
    if (!globalThis.isSecureContext || !navigator.mediaDevices?.getUserMedia) throw new MicrophoneError('insecure');
    const stream = await navigator.mediaDevices
      .getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true } })
      .catch((error: unknown) => { throw new MicrophoneError(PROBLEMS[error instanceof Error ? error.name : ''] ?? 'failed', error); });
    const context = new AudioContext();
    try {
      await context.audioWorklet.addModule(WORKLET_URL);
      await context.resume();
    } catch (error) {
      stream.getTracks().forEach((track) => track.stop());
      void context.close();
      throw new MicrophoneError('failed', error);
    }
    const downsampler = new Downsampler(context.sampleRate, this.options.sampleRate);
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
