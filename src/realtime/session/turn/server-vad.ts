import { s16ToFloat } from '../../audio/pcm';
import type { Vad, VadStream } from '../../providers/vad';
import { Capture, LISTEN_HZ } from '../capture';
import type { TurnStart } from './start/turn-start';
import type { TurnStop } from './stop/turn-stop';
import type { TurnDetector, TurnDetectorListener } from './turn-detector';

export interface ServerVadOptions {
  vad: Vad;
  start: TurnStart;
  stop: TurnStop;
  preRollMs: number;
  maxUtteranceMs: number;
  maxBacklogMs: number;
  monotonic(): number;
  listener: TurnDetectorListener;
  /** Each frame once it is judged, and whether somebody is taken to speak. */
  onFrame?(samples: Int16Array, speaking: boolean): void;
  onFrameDone(lagMs: number): void;
  onFailure(error: unknown): void;
}

interface Frame { samples: Int16Array; arrivedAt: number }

/*
 *   waiting ── speech ──▶ in turn ── silence | commit | too long ──▶ waiting
 *      │ keeps the last `preRollMs`      │ keeps everything
 *      └─────────── reset ◀──────────────┘
 * Frames are judged one after the other in the background: `audio` only cuts and queues them.
 */
export class ServerVad implements TurnDetector {
  readonly #stream: VadStream;
  readonly #frameMs: number;
  readonly #capture = new Capture();
  #frames: Frame[] = [];
  #rest = new Int16Array(0);
  #inTurn = false;
  #speechMs = 0;
  #speechEndAt = 0;
  #running = false;
  #epoch = 0; // a reset overtakes the frame that is being judged

  constructor(private readonly options: ServerVadOptions) {
    this.#stream = options.vad.stream();
    this.#frameMs = (options.vad.frameSamples / LISTEN_HZ) * 1000;
  }

  refusal(lengthMs: number): string | null {
    if (this.#frames.length * this.#frameMs + lengthMs <= this.options.maxBacklogMs) return null;
    return 'Audio arrives faster than real time and more of it waits than is kept; this piece was dropped';
  }

  audio(samples: Int16Array): void {
    const { vad } = this.options;
    const arrivedAt = this.options.monotonic();
    const all = new Int16Array(this.#rest.length + samples.length);
    all.set(this.#rest);
    all.set(samples, this.#rest.length);
    let at = 0;
    for (; all.length - at >= vad.frameSamples; at += vad.frameSamples) this.#frames.push({ samples: all.slice(at, at + vad.frameSamples), arrivedAt });
    this.#rest = all.slice(at);
    if (!this.#running) void this.#judge();
  }

  commit(): boolean {
    if (!this.#inTurn) return false;
    this.#end(this.options.monotonic());
    return true;
  }

  reset(): void {
    this.#epoch += 1;
    this.#frames = [];
    this.#rest = new Int16Array(0);
    this.#capture.clear();
    this.#leaveTurn();
    this.#stream.reset();
  }

  async #judge(): Promise<void> {
    this.#running = true;
    try {
      for (let frame = this.#frames.shift(); frame; frame = this.#frames.shift()) {
        const epoch = this.#epoch;
        const probability = await this.#stream.push(s16ToFloat(frame.samples));
        this.options.onFrameDone(this.options.monotonic() - frame.arrivedAt);
        if (epoch !== this.#epoch) continue;
        this.#step(frame, probability);
        this.options.onFrame?.(frame.samples, this.#inTurn);
      }
    } catch (error) {
      this.reset();
      this.options.onFailure(error);
    } finally {
      this.#running = false;
    }
  }

  #step(frame: Frame, probability: number): void {
    const { start, stop, listener, preRollMs, maxUtteranceMs } = this.options;
    this.#capture.append(frame.samples);
    if (!this.#inTurn) {
      this.#capture.keepLast(preRollMs);
      if (!start.onFrame(probability, this.#frameMs)) return;
      this.#inTurn = true;
      this.#speechMs = this.#frameMs;
      this.#speechEndAt = frame.arrivedAt;
      start.reset();
      listener.speechStarted();
      return;
    }
    const progress = stop.onFrame(probability, this.#frameMs);
    if (progress === 'speaking' || progress === 'resumed') {
      this.#speechMs += this.#frameMs;
      this.#speechEndAt = frame.arrivedAt;
      if (progress === 'resumed') listener.speechResumed();
      listener.speechContinued(this.#speechMs);
    } else if (progress === 'paused') {
      listener.speechPaused({ samples: this.#capture.copy(), speechEndAt: this.#speechEndAt });
    }
    // A listener may have reset us: then there is no turn to end.
    if (this.#inTurn && (progress === 'ended' || this.#capture.lengthMs >= maxUtteranceMs)) this.#end(this.#speechEndAt);
  }

  #end(speechEndAt: number): void {
    const samples = this.#capture.take();
    this.#leaveTurn();
    this.options.listener.turnEnded({ samples, speechEndAt });
  }

  #leaveTurn(): void {
    this.#inTurn = false;
    this.#speechMs = 0;
    this.options.start.reset();
    this.options.stop.reset();
  }
}
