import type { TurnEvent } from '@/server/conversations/turn-events';
import { AppError } from '@/server/platform/errors';
import type { ErrorCode, ServerEvent } from '../contract/realtime-events';
import type { ClauseFrame, SpeechFrame, TextFrame } from '../pipeline/frame';
import { FrameQueue } from '../pipeline/frame-queue';
import type { Stage } from '../pipeline/stage';
import { PlayedText } from './played-text';
import type { Playout } from './playout';
import { toolEvent } from './tool-events';
import type { TurnClock } from './turn-clock';

export type ReplyOutcome =
  | { status: 'complete' }
  | { status: 'interrupted' }
  | { status: 'failed'; code: ErrorCode; cause?: unknown };

export interface ReplyOptions {
  turnId: string;
  clock: TurnClock;
  /** Null for a session that wants text only. */
  speech: { clauses: Stage<TextFrame, ClauseFrame>; tts: Stage<ClauseFrame, SpeechFrame>; playout: Playout } | null;
  send(event: ServerEvent): void;
  /** The model has said everything. */
  onAnswered(): void;
  /** Everything has been synthesised. */
  onSynthesized(): void;
}

/**
 * One reply on its way out: the model's stream is read as fast as it comes (text goes out at once), while clauses,
 * TTS and playout pull behind it. `cancel` ends all of it; `silence` ends the sound only.
 */
export class Reply {
  readonly #cancelled = new AbortController();
  readonly #silenced = new AbortController();
  readonly #texts = new FrameQueue<TextFrame>();
  readonly #played = new PlayedText();
  #text = '';

  constructor(private readonly options: ReplyOptions) {}

  /** Aborts when the reply is cancelled: for the model and its tools. */
  get signal(): AbortSignal { return this.#cancelled.signal; }

  pause(): void { this.options.speech?.playout.pause(); }
  resume(): void { this.options.speech?.playout.resume(); }

  silence(): void {
    this.#silenced.abort();
    const { playout } = this.options.speech ?? {};
    if (playout) this.options.clock.playedMs = playout.stop();
  }

  cancel(): void {
    this.#cancelled.abort();
    this.silence();
    this.#texts.end();
  }

  /** What the person has heard, or read where nothing is spoken. */
  heardText(): string {
    const { playout } = this.options.speech ?? {};
    return playout ? this.#played.upTo(this.options.clock.playedMs ?? playout.playedMs) : this.#text;
  }

  /** Sends the reply. Never throws: what went wrong is the outcome. */
  async run(events: AsyncIterable<TurnEvent>): Promise<ReplyOutcome> {
    const spoken = this.options.speech ? this.#speak(this.options.speech) : Promise.resolve(null);
    const failure = await this.#read(events);
    this.#texts.end();
    if (this.signal.aborted || failure) {
      if (failure) this.silence(); // half an answer, then an error: the rest of the half is not worth saying
      await spoken;
      if (!failure || this.signal.aborted) return { status: 'interrupted' };
      return { status: 'failed', code: isEmptyAnswer(failure.cause) ? 'empty_response' : 'agent_error', cause: failure.cause };
    }
    this.options.onAnswered();
    if (this.#text.trim() === '') {
      this.silence();
      await spoken;
      return { status: 'failed', code: 'empty_response' };
    }
    this.options.send({ type: 'response.text.done', text: this.#text, turn_id: this.options.turnId });
    const speechFailure = await spoken;
    if (this.signal.aborted) return { status: 'interrupted' };
    return speechFailure ? { status: 'failed', code: 'tts_error', cause: speechFailure.cause } : { status: 'complete' };
  }

  async #read(events: AsyncIterable<TurnEvent>): Promise<{ cause: unknown } | null> {
    try {
      for await (const event of events) {
        if (this.signal.aborted) break; // leaving the loop lets the brain store what there is
        this.#take(event);
      }
      return null;
    } catch (cause) {
      return { cause };
    }
  }

  #take(event: TurnEvent): void {
    const { clock, send, turnId } = this.options;
    if (event.type === 'text-delta') {
      clock.mark('firstToken');
      this.#text += event.text;
      this.#texts.push({ kind: 'data', type: 'text', text: event.text });
      send({ type: 'response.text.delta', delta: event.text, turn_id: turnId });
    } else if (event.type === 'tool-call' || event.type === 'tool-result') {
      if (event.type === 'tool-call') this.#texts.push({ kind: 'control', type: 'flush' });
      send(toolEvent(event));
    }
  }

  async #speak({ clauses, tts, playout }: NonNullable<ReplyOptions['speech']>): Promise<{ cause: unknown } | null> {
    const { signal } = this.#silenced;
    let failure: { cause: unknown } | null = null;
    try {
      for await (const frame of tts.run(clauses.run(this.#texts, signal), signal)) {
        if (signal.aborted) break;
        await this.#play(frame, playout);
      }
    } catch (cause) {
      if (!signal.aborted) failure = { cause };
    }
    this.options.onSynthesized();
    playout.finish();
    await playout.whenPlayed(); // not when it was sent: an interruption that comes to nothing sends the end again
    if (!this.signal.aborted && (!failure || playout.begun)) this.options.send({ type: 'response.audio.done', turn_id: this.options.turnId });
    this.options.clock.playedMs ??= Math.min(playout.playedMs, playout.queuedMs);
    return failure;
  }

  async #play(frame: SpeechFrame, playout: Playout): Promise<void> {
    if (frame.type === 'clause') {
      this.#played.begin(frame.source, playout.queuedMs);
    } else if (frame.type === 'clause-end') {
      this.#played.end(playout.queuedMs);
    } else if (frame.samples.length > 0) {
      this.options.clock.mark('firstAudio');
      playout.enqueue(frame.samples);
      await playout.room();
    }
  }
}

const isEmptyAnswer = (error: unknown): boolean => error instanceof AppError && error.details?.reason === 'empty_answer';
