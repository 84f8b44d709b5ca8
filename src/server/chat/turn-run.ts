import type { TurnEvent } from '../conversations/turn-events';
import type { Clock } from '../platform/clock';
import { AppError, toAppError } from '../platform/errors';
import type { ChatEvent, NumberedEvent } from './chat-event';
import type { ChatResult, ChatRun } from './chat-run';

/** Of a reply, all in all: far above what models write, and a bound to what a turn keeps in memory. */
const MOST_CHARACTERS = 1_000_000;
const MOST_EVENTS = 100_000;

/** What an event takes beside its words. */
const EVENT_CHARACTERS = 50;

function sizeOf(event: ChatEvent): number {
  if (event.type === 'text-delta' || event.type === 'final') return event.text.length;
  return event.type === 'tool-result' ? JSON.stringify(event.record).length : 0;
}

/** From the start to the first listener. */
const UNHEARD_MS = 10_000;


export interface TurnRunOptions {
  turnId: string;
  conversationId: string;
  messageId: string;
  userMessageId: string;
  agent: { id: string; name: string };
  /** How long the turn goes on when nobody listens any more: they may be on their way back. */
  graceMs: number;
  clock: Clock;
  /** Resolves when this turn may begin in its conversation; gives back what lets the next one begin. */
  turn(signal: AbortSignal): Promise<() => void>;
  /** Yields, and has stored the reply when it returns or throws. */
  ask(signal: AbortSignal): AsyncIterable<TurnEvent>;
  onFirstToken?(seconds: number): void;
  onListeners?(change: 1 | -1): void;
}

/**
 * One turn, from the request to the stored reply. It is read by its own loop and not by whoever listens: a slow reader
 * keeps nothing back, several may listen, and one that lost its connection finds what it missed.
 *
 *   waiting ──its turn──▶ asking ──first event──▶ answering ──▶ ended (complete, failed)
 *      └──────────────────────┴────────────────────────┴──────▶ ended (interrupted)
 *                               when the last listener has been gone for the grace, or `abort` was called
 */
export class TurnRun implements ChatRun {
  readonly turnId: string;
  readonly conversationId: string;
  readonly messageId: string;
  readonly userMessageId: string;
  readonly agent: { id: string; name: string };
  readonly startedAt: Date;
  readonly done: Promise<ChatResult>;
  /** Of the clock's monotonic time. */
  endedAt: number | undefined;
  /** Cut off: nobody needs to hear it from here, what it came to is stored. */
  interrupted = false;

  readonly #events: ChatEvent[] = [];
  readonly #abort = new AbortController();
  readonly #waiting = new Set<() => void>();
  #reason = new AppError('cancelled', 'Cancelled');
  #listeners = 0;
  #characters = 0;
  #size = 0;
  #leaving: NodeJS.Timeout | undefined;

  constructor(private readonly options: TurnRunOptions) {
    ({ turnId: this.turnId, conversationId: this.conversationId, messageId: this.messageId, userMessageId: this.userMessageId, agent: this.agent } = options);
    this.startedAt = options.clock.now();
    this.#leaveIn(Math.max(options.graceMs, UNHEARD_MS));
    this.done = this.#run();
  }

  get lastEvent(): number { return this.#events.length; }

  /** On its way to its end: what it came to is being stored. */
  get isAborting(): boolean { return this.#abort.signal.aborted && this.endedAt === undefined; }

  /** About as much as its events keep in memory. */
  get characters(): number { return this.#size; }

  /** Stops the provider; what was said so far is kept. */
  abort(reason: AppError): void {
    if (this.endedAt !== undefined || this.#abort.signal.aborted) return;
    this.#reason = reason;
    this.#abort.abort(reason);
  }

  async *events(after = 0, signal?: AbortSignal): AsyncGenerator<NumberedEvent> {
    this.#join();
    try {
      for (let at = after; signal?.aborted !== true;) {
        const event = this.#events[at];
        if (event !== undefined) yield { n: ++at, event };
        else if (this.endedAt !== undefined) return;
        else await this.#more(signal);
      }
    } finally {
      this.#leave();
    }
  }

  async #run(): Promise<ChatResult> {
    const { clock, turn, ask, onFirstToken } = this.options;
    const began = clock.monotonic();
    let release = () => {};
    let text = '';
    let final: Extract<TurnEvent, { type: 'final' }> | undefined;
    let error: AppError | null = null;
    try {
      release = await turn(this.#abort.signal);
      for await (const event of ask(this.#abort.signal)) {
        if (event.type === 'text-delta') {
          if (text === '') onFirstToken?.((clock.monotonic() - began) / 1000);
          text += event.text;
        }
        if (event.type === 'final') final = event;
        else this.#add(event);
      }
    } catch (thrown) {
      const known = toAppError(thrown);
      error = known.kind === 'cancelled' ? this.#reason : known;
    }
    const result: ChatResult = {
      status: final ? 'complete' : this.#abort.signal.aborted ? 'interrupted' : 'failed',
      text: final?.text ?? text,
      provider: final?.provider ?? null,
      model: final?.model ?? null,
      usage: final?.usage ?? null,
      toolCalls: final?.toolCalls ?? [],
      responseTimeMs: Math.round((clock.monotonic() - began) * 10) / 10,
      finishedAt: clock.now(),
      error: final ? null : (error ?? this.#reason),
    };
    this.endedAt = clock.monotonic();
    this.interrupted = result.status === 'interrupted';
    clearTimeout(this.#leaving);
    this.#add(final ?? { type: 'failed', error: result.error ?? this.#reason });
    release();
    return result;
  }

  #add(event: ChatEvent): void {
    this.#events.push(event);
    if (event.type === 'text-delta') this.#characters += event.text.length;
    this.#size += EVENT_CHARACTERS + sizeOf(event);
    if (this.#characters > MOST_CHARACTERS || this.#events.length > MOST_EVENTS)
      this.abort(new AppError('upstream_rejected', 'The provider’s answer was cut off: it had no end.'));
    for (const wake of [...this.#waiting]) wake();
  }

  #more(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  #join(): void {
    this.#listeners++;
    clearTimeout(this.#leaving);
    this.options.onListeners?.(1);
  }

  #leave(): void {
    this.#listeners--;
    this.options.onListeners?.(-1);
    if (this.#listeners === 0 && this.endedAt === undefined) this.#leaveIn(this.options.graceMs);
  }

  #leaveIn(ms: number): void {
    // Who was given time to come back did not mean to stop it: sent again, it is answered anew.
    const left = () => (this.options.graceMs > 0
      ? new AppError('unavailable', 'Nobody listened to the answer any more; send it again') : new AppError('cancelled', 'Nobody listens any more'));
    const gone = () => this.abort(left());
    clearTimeout(this.#leaving);
    if (ms > 0) this.#leaving = setTimeout(gone, ms);
    else gone();
  }
}
