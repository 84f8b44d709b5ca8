import type { SessionClock } from '../ports';

/*
 *            enqueue          pause
 *   idle ───────────▶ playing ─────▶ paused
 *     ▲                │  ▲            │
 *     │   all played   │  └── resume ──┤
 *     └────────────────┘               │
 *   any ── stop ──▶ stopped ◀──────────┘
 */
type PlayoutState = 'idle' | 'playing' | 'paused' | 'stopped';

export interface PlayoutOptions {
  clock: SessionClock;
  sampleRate: number;
  deltaMs: number;
  aheadMs: number;
  lookAheadMs: number;
  send(samples: Int16Array): void;
  /** Tells the client to flush what it has buffered. */
  clear(): void;
  /** The first audio of the reply is about to leave. */
  onFirstSend(): void;
}

/** Shorter deltas cost more than they carry; a reply's last one is filled up with silence. */
const MIN_DELTA_MS = 20;

/**
 * Sends one reply's audio in real time, at most `aheadMs` early, and knows how much of it has been heard.
 * All positions are milliseconds of audio since the reply's beginning. Times are worked out from where the
 * audio should be by the clock, never by adding up timer delays: a late timer is caught up, not carried on.
 */
export class Playout {
  #state: PlayoutState = 'idle';
  readonly #deltas: Int16Array[] = []; // from #firstDelta on: what is unsent, and what was sent but not yet played
  #firstDelta = 0;
  #rest = new Int16Array(0);
  #next = 0; // index of the next delta to send
  #queued = 0;
  #originMs = 0; // clock time at which position 0 would have been played
  #ending = false;
  #everSent = false;
  #cancelTimer: (() => void) | undefined;
  #playedAll: (() => void)[] = [];
  #roomMakers: (() => void)[] = [];
  readonly #deltaSamples: number;

  constructor(private readonly options: PlayoutOptions) {
    this.#deltaSamples = Math.round((options.sampleRate * options.deltaMs) / 1000);
  }

  /** Whether the client has got any of it. */
  get begun(): boolean { return this.#everSent; }

  /** Audio taken in so far. */
  get queuedMs(): number { return this.#toMs(this.#queued); }

  /** How much has been heard, as well as can be known: what was sent, less what still lies in the client's buffer. */
  get playedMs(): number {
    const sentMs = this.#positionOf(this.#next);
    if (this.#state !== 'playing') return sentMs;
    return Math.max(0, Math.min(sentMs, this.options.clock.monotonic() - this.#originMs));
  }

  enqueue(samples: Int16Array): void {
    if (this.#state === 'stopped' || this.#ending) return;
    this.#queued += samples.length;
    let all = samples;
    if (this.#rest.length > 0) {
      all = new Int16Array(this.#rest.length + samples.length);
      all.set(this.#rest);
      all.set(samples, this.#rest.length);
    }
    let at = 0;
    for (; all.length - at >= this.#deltaSamples; at += this.#deltaSamples) this.#deltas.push(all.slice(at, at + this.#deltaSamples));
    this.#rest = all.slice(at);
    this.#pump();
  }

  /** No more audio will come. */
  finish(): void {
    if (this.#ending || this.#state === 'stopped') return;
    this.#ending = true;
    if (this.#rest.length > 0) {
      const last = new Int16Array(Math.max(this.#rest.length, Math.ceil((this.options.sampleRate * MIN_DELTA_MS) / 1000)));
      last.set(this.#rest);
      this.#deltas.push(last);
      this.#rest = new Int16Array(0);
    }
    this.#pump();
  }

  /** Resolves when there is room for more audio, or when none is wanted any longer. */
  async room(): Promise<void> {
    while (this.#state !== 'stopped' && this.queuedMs - this.#positionOf(this.#next) >= this.options.lookAheadMs)
      await new Promise<void>((resolve) => { this.#roomMakers.push(resolve); });
  }

  /** Resolves when the last delta has been heard (or the playout was stopped). */
  async whenPlayed(): Promise<void> {
    if (this.#state === 'stopped' || (this.#ending && this.#next >= this.#endIndex && this.#state === 'idle')) return;
    await new Promise<void>((resolve) => { this.#playedAll.push(resolve); });
  }

  /** Silence at once: the client flushes, and what it had not played is taken back to be sent again. */
  pause(): void {
    if (this.#state !== 'playing' && this.#state !== 'idle') return;
    const playedMs = this.playedMs;
    this.#stopTimer();
    this.#state = 'paused';
    if (this.#everSent) this.options.clear();
    // Back to the delta that was being played: a few milliseconds twice are better than a syllable lost.
    this.#next = Math.min(this.#next, Math.max(this.#firstDelta, Math.floor(playedMs / this.options.deltaMs)));
  }

  resume(): void {
    if (this.#state !== 'paused') return;
    this.#state = 'idle';
    this.#pump();
  }

  /** Ends it where it is. Answers how much was heard. */
  stop(): number {
    if (this.#state === 'stopped') return this.playedMs;
    const wasPaused = this.#state === 'paused';
    const playedMs = this.playedMs;
    this.#stopTimer();
    this.#next = Math.floor(playedMs / this.options.deltaMs);
    this.#state = 'stopped';
    if (this.#everSent && !wasPaused) this.options.clear();
    this.#deltas.length = 0;
    for (const wake of [...this.#playedAll, ...this.#roomMakers]) wake();
    return playedMs;
  }

  #pump(): void {
    if (this.#state === 'paused' || this.#state === 'stopped') return;
    this.#stopTimer();
    const { clock, aheadMs, deltaMs } = this.options;
    const now = clock.monotonic();
    const sentMs = this.#positionOf(this.#next);
    // Nothing has been playing, or the audio ran dry: what comes now plays from now on.
    if (this.#state === 'idle' || now - this.#originMs > sentMs) this.#originMs = now - sentMs;

    while (this.#next < this.#endIndex && this.#positionOf(this.#next + 1) - (now - this.#originMs) <= aheadMs) {
      const delta = this.#deltas[this.#next - this.#firstDelta]!;
      this.#next += 1;
      this.#state = 'playing';
      if (!this.#everSent) {
        this.#everSent = true;
        this.options.onFirstSend();
      }
      this.options.send(delta);
    }
    this.#forgetPlayed(now);
    if (this.#roomMakers.length > 0) for (const wake of this.#roomMakers.splice(0)) wake();

    if (this.#next < this.#endIndex) this.#wakeIn(this.#positionOf(this.#next + 1) - aheadMs - (now - this.#originMs));
    else this.#afterLast(now, deltaMs);
  }

  /** Everything there is has been sent: wait until it has been heard too. */
  #afterLast(now: number, deltaMs: number): void {
    const leftMs = this.#positionOf(this.#next) - (now - this.#originMs);
    if (this.#state === 'playing' && leftMs > 0) this.#wakeIn(Math.min(leftMs, deltaMs * 8));
    else {
      this.#state = 'idle';
      if (this.#ending) for (const wake of this.#playedAll.splice(0)) wake();
    }
  }

  #forgetPlayed(now: number): void {
    const playedDeltas = Math.floor((now - this.#originMs) / this.options.deltaMs);
    const gone = Math.min(playedDeltas, this.#next) - this.#firstDelta - 1; // keep one: `pause` goes back to the one being played
    if (gone < 25) return;
    this.#deltas.splice(0, gone);
    this.#firstDelta += gone;
  }

  #wakeIn(ms: number): void { this.#cancelTimer = this.options.clock.after(Math.max(1, Math.ceil(ms)), () => this.#pump()); }
  #stopTimer(): void { this.#cancelTimer?.(); this.#cancelTimer = undefined; }

  get #endIndex(): number { return this.#firstDelta + this.#deltas.length; }
  #positionOf(index: number): number { return index * this.options.deltaMs; }
  #toMs(samples: number): number { return (samples / this.options.sampleRate) * 1000; }
}
