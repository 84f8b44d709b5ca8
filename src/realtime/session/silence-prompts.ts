import type { SessionClock } from '../ports';
import type { SessionSettings } from './session-deps';
import type { SessionOptions } from './session-options';
import type { SayOutcome } from './session-script';

export interface SilencePromptsOptions {
  clock: SessionClock;
  /** Silence after which it is asked, and asked again. */
  afterMs: number;
  say(text: string): Promise<SayOutcome>;
  /** The goodbye was said. */
  end(): void;
}

const QUESTION = 'Are you still there?';
const GOODBYE = 'I cannot hear you, so I will hang up now. Goodbye.';
const MAX_QUESTIONS = 2;
/** Shorter would ask people who breathe. */
const MIN_AFTER_MS = 2_000;

/*
 *             watch               afterMs, asked < 2: ask
 *   resting ─────────▶ waiting ───────────────────────────▶ resting (asked + 1) ── said, quiet: watch ──▶ waiting
 *      ▲                  │  │ afterMs, asked = 2: say goodbye
 *      │                  │  └──────────▶ leaving ── said ──▶ over (the session ends)
 *      └── rest ──────────┘                  │
 *      └─────────────── interrupted ─────────┘
 *   Somebody says something or presses a key: asked = 0.    Any ── stop ──▶ over
 */
export class SilencePrompts {
  #state: 'resting' | 'waiting' | 'leaving' | 'over' = 'resting';
  #asked = 0;
  #cancelTimer = () => {};

  constructor(private readonly options: SilencePromptsOptions) {}

  /** Where hands are free and ears are open; 0 for never. */
  static afterMs({ channel, serverVad, spoken, agent }: SessionSettings, options: SessionOptions): number {
    const ms = agent.turnSettings.silencePromptMs ?? (channel === 'phone' ? options.silencePromptMs : 0);
    return serverVad && spoken && ms > 0 ? Math.max(ms, MIN_AFTER_MS) : 0;
  }

  /** It is quiet, and the person's turn to speak. */
  watch(): void {
    if (this.#state !== 'resting') return;
    this.#state = 'waiting';
    this.#cancelTimer = this.options.clock.after(this.options.afterMs, () => this.#due());
  }

  /** Something goes on. */
  rest(): void {
    if (this.#state !== 'waiting') return;
    this.#cancelTimer();
    this.#state = 'resting';
  }

  /** There is somebody. */
  answered(): void { this.#asked = 0; }

  stop(): void {
    this.#cancelTimer();
    this.#state = 'over';
  }

  #due(): void {
    this.#state = 'resting';
    if (this.#asked < MAX_QUESTIONS) {
      this.#asked += 1;
      void this.options.say(QUESTION); // when it was said, `watch` is called again
    } else {
      this.#state = 'leaving';
      void this.options.say(GOODBYE).then((outcome) => this.#said(outcome));
    }
  }

  #said(outcome: SayOutcome): void {
    if (this.#state !== 'leaving') return;
    this.#state = outcome === 'interrupted' ? 'resting' : 'over';
    if (this.#state === 'over') this.options.end();
  }
}
