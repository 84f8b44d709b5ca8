import { loudness, s16ToFloat } from './pcm';

/** How far ahead the first chunk is scheduled: covers the network's unevenness without being heard as a delay. */
const LEAD_SECONDS = 0.06;
/** A cut without a click. */
const FADE_SECONDS = 0.012;

interface SpeakerOptions {
  sampleRate: number;
  onPlayingChange: (playing: boolean) => void;
}

interface Scheduled {
  source: AudioBufferSourceNode;
  startsAt: number;
  endsAt: number;
  level: number;
}

/**
 *             play()                    last chunk ended, or clear()
 *   silent ────────────► playing ────────────────────────────────────► silent
 *
 * Chunks are scheduled back to back on the audio clock, so no timer of the page can open a gap. The context runs at
 * the session's own rate: each chunk then begins exactly on the sample after the one before.
 */
export class Speaker {
  private context: AudioContext | null = null;
  private output: GainNode | null = null;
  private scheduled: Scheduled[] = [];
  private nextAt = 0;
  private muted = false;

  constructor(private readonly options: SpeakerOptions) {}

  get isPlaying(): boolean {
    return this.scheduled.length > 0;
  }

  /** Call from a click or key press: browsers let a page make sound only after one. */
  async unlock(): Promise<void> {
    this.context ??= new AudioContext({ sampleRate: this.options.sampleRate, latencyHint: 'interactive' });
    if (this.context.state === 'suspended') await this.context.resume();
  }

  setMuted(muted: boolean): void {
    this.muted = muted;
    if (this.output) this.output.gain.value = muted ? 0 : 1;
  }

  play(samples: Int16Array): void {
    if (samples.length === 0) return;
    this.context ??= new AudioContext({ sampleRate: this.options.sampleRate, latencyHint: 'interactive' });
    const context = this.context;
    if (!this.output) {
      this.output = context.createGain();
      this.output.gain.value = this.muted ? 0 : 1;
      this.output.connect(context.destination);
    }
    const buffer = context.createBuffer(1, samples.length, this.options.sampleRate);
    buffer.copyToChannel(s16ToFloat(samples), 0);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.output);
    const startsAt = this.nextAt > context.currentTime ? this.nextAt : context.currentTime + LEAD_SECONDS;
    this.nextAt = startsAt + buffer.duration;
    const chunk: Scheduled = { source, startsAt, endsAt: this.nextAt, level: loudness(samples) };
    this.scheduled.push(chunk);
    source.onended = () => this.drop(chunk);
    source.start(startsAt);
    if (this.scheduled.length === 1) this.options.onPlayingChange(true);
  }

  /** Throws away what has not been heard. */
  clear(): void {
    if (!this.isPlaying || !this.context) return;
    const now = this.context.currentTime;
    this.output?.gain.setTargetAtTime(0, now, FADE_SECONDS / 3);
    this.output = null; // fades out on its own; what comes next has a gain of its own
    for (const { source } of this.scheduled) {
      source.onended = null;
      source.stop(now + FADE_SECONDS);
    }
    this.scheduled = [];
    this.nextAt = 0;
    this.options.onPlayingChange(false);
  }

  /** Loudness of what is being heard now, 0 to 1. */
  level(): number {
    const now = this.context?.currentTime ?? 0;
    return this.scheduled.find((chunk) => chunk.startsAt <= now && now < chunk.endsAt)?.level ?? 0;
  }

  close(): void {
    this.clear();
    void this.context?.close();
    this.context = null;
    this.output = null;
  }

  private drop(chunk: Scheduled): void {
    this.scheduled = this.scheduled.filter((other) => other !== chunk);
    if (this.scheduled.length === 0) this.options.onPlayingChange(false);
  }
}
