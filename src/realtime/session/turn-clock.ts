import { randomBytes } from 'node:crypto';
import type { TurnTrace } from '@/server/conversations/turn-trace';

type Mark = 'speechEnd' | 'endpoint' | 'transcript' | 'firstToken' | 'firstAudio' | 'firstSent';

/** Notes when a turn passed each station. The first note of a station counts. */
export class TurnClock {
  readonly traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  readonly #marks = new Map<Mark, number>();
  speechMs: number | undefined;
  playedMs: number | undefined;
  /** Audio that was transcribed for it, guesses included. */
  transcribedSeconds = 0;

  constructor(private readonly monotonic: () => number) {}

  mark(mark: Mark, at = this.monotonic()): void { if (!this.#marks.has(mark)) this.#marks.set(mark, at); }
  at(mark: Mark): number | undefined { return this.#marks.get(mark); }

  /**
   * Consecutive parts from the first station to the last that was passed. Each ends where the next begins and is
   * rounded by its ends, not by itself, so that the rounded parts add up to the rounded total.
   */
  trace(): TurnTrace {
    let previous = this.#start;
    const part = (mark: Mark): number | null => {
      const at = this.#marks.get(mark);
      if (at === undefined || previous === undefined) return null;
      const tenths = Math.max(0, this.#tenths(at) - this.#tenths(previous));
      previous = Math.max(at, previous);
      return tenths / 10;
    };
    const [endpointMs, sttMs, firstTokenMs, firstAudioMs, firstSentMs] = [part('endpoint'), part('transcript'), part('firstToken'), part('firstAudio'), part('firstSent')];
    const parts = [endpointMs, sttMs, firstTokenMs, firstAudioMs, firstSentMs].filter((value) => value !== null);
    return {
      traceparent: this.traceparent,
      endpointMs, sttMs, firstTokenMs, firstAudioMs, firstSentMs,
      totalMs: parts.length > 0 ? parts.reduce((sum, value) => sum + Math.round(value * 10), 0) / 10 : null,
      ...(this.speechMs === undefined ? {} : { speechMs: Math.round(this.speechMs * 10) / 10 }),
      ...(this.playedMs === undefined ? {} : { playedMs: Math.round(this.playedMs * 10) / 10 }),
    };
  }

  get #start(): number | undefined { return this.#marks.get('speechEnd'); }
  #tenths(at: number): number { return Math.round((at - this.#start!) * 10); }
}
