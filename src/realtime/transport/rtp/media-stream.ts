import type { FromMediaWorker, MediaSettings, MediaStatistics, ToMediaWorker } from './media-messages';

export interface MediaStreamEvents {
  /** 20 ms of 8 kHz mono, every 20 ms once both sides are known, silence included. A view: keep a copy, not the view. */
  onAudio(samples: Int16Array): void;
  onDigit(digit: string, durationMs: number): void;
  /** The first packet has come. */
  onBegun(): void;
  onSilent(): void;
  /** The worker has died. */
  onLost(): void;
}

type About = Extract<FromMediaWorker, { type: 'digit' | 'begun' | 'silent' | 'measured' | 'closed' }>;
type WithoutId<T> = T extends { id: number } ? Omit<T, 'id'> : never;
type Command = WithoutId<ToMediaWorker>;

export interface MediaStreamOptions {
  events: MediaStreamEvents;
  say(command: Command, transfer?: ArrayBuffer[]): void;
  mayQueue(): boolean;
  onClosed(): void;
}

/*
 *   opening ── ports bound ──▶ open ── configure (an answer is known) ──▶ running ── close ──▶ closing ── statistics ──▶ closed
 */
export class MediaStream {
  port = 0;
  rtcpPort = 0;
  #closed = false;
  #measuring: ((statistics: MediaStatistics | null) => void)[] = [];
  readonly #ended: Promise<MediaStatistics | null>;
  #end: (statistics: MediaStatistics | null) => void = () => {};

  constructor(private readonly options: MediaStreamOptions) {
    this.#ended = new Promise((resolve) => { this.#end = resolve; });
  }

  opened(ports: { port: number; rtcpPort: number }): void { this.port = ports.port; this.rtcpPort = ports.rtcpPort; }

  configure(settings: MediaSettings): void { this.#say({ type: 'configure', settings }); }

  /** 8 kHz mono. The samples stay the caller's. */
  send(samples: Int16Array): void {
    if (this.#closed || !this.options.mayQueue()) return;
    const copy = samples.slice();
    this.#say({ type: 'audio', samples: copy }, [copy.buffer]);
  }

  /** Forgets what has not been sent yet. */
  clear(): void { this.#say({ type: 'clear' }); }

  dial(digits: string, durationMs: number): void { this.#say({ type: 'dial', digits, durationMs }); }

  /** As of now; the last ones when it is closed, null when they were lost with the worker. */
  statistics(): Promise<MediaStatistics | null> {
    if (this.#closed) return this.#ended;
    return new Promise((resolve) => { this.#measuring.push(resolve); this.#say({ type: 'measure' }); });
  }

  close(): void {
    if (this.#closed) return;
    this.#say({ type: 'close' });
    this.#closed = true;
  }

  // ── What the node hands on ───────────────────────────────────────────────────────────────────

  frame(samples: Int16Array): void { if (!this.#closed) this.options.events.onAudio(samples); }

  hear(message: About): void {
    const { events } = this.options;
    if (message.type === 'closed') {
      this.#finish(message.statistics);
      this.options.onClosed();
    } else if (message.type === 'measured') {
      for (const resolve of this.#measuring.splice(0)) resolve(message.statistics);
    } else if (!this.#closed) {
      if (message.type === 'digit') events.onDigit(message.digit, message.durationMs);
      else if (message.type === 'begun') events.onBegun();
      else events.onSilent();
    }
  }

  lost(): void {
    const expected = this.#closed;
    this.#closed = true;
    this.#finish(null);
    if (!expected) this.options.events.onLost();
  }

  #finish(statistics: MediaStatistics | null): void {
    this.#end(statistics);
    for (const resolve of this.#measuring.splice(0)) resolve(statistics);
  }

  #say(command: Command, transfer?: ArrayBuffer[]): void { if (!this.#closed) this.options.say(command, transfer); }
}
