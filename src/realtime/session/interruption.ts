import type { SpokenTurn } from './turn/turn-detector';

export interface InterruptionActions {
  pause(): void;
  resume(): void;
  /** The reply is over. `turn` is what the person said, when they have already finished saying it. */
  confirm(turn: SpokenTurn | null): void;
}

/*
 * Barge-in in two steps: being interrupted by a cough is as bad as not being interruptible.
 *
 *            speech: pause                long speech | words: confirm
 *   quiet ─────────────────▶ suspected ───────────────────────────────▶ quiet
 *     ▲                          │
 *     └──── backchannel, noise or no answer from STT: resume ───────────┘
 */
export class Interruption {
  #suspected = false;
  #finished: SpokenTurn | null = null;

  constructor(private readonly options: { bargeInMs: number; goesOn(text: string): boolean }, private readonly actions: InterruptionActions) {}

  get suspected(): boolean { return this.#suspected; }
  /** What was said over the reply, when it is complete and its words are not known yet. */
  get finished(): SpokenTurn | null { return this.#finished; }

  speechStarted(): void {
    this.#suspected = true;
    this.#finished = null;
    this.actions.pause();
  }

  speechContinued(speechMs: number): void {
    if (this.#suspected && speechMs >= this.options.bargeInMs) this.#settle('confirm');
  }

  /** The turn is over and what was said is not known yet: `heard` decides. */
  turnEnded(turn: SpokenTurn): void { this.#finished = turn; }

  /** What STT made of it at the first pause; null when it failed. */
  heard(text: string | null): void {
    if (!this.#suspected) return;
    this.#settle(text === null || this.options.goesOn(text) ? 'resume' : 'confirm');
  }

  /** The reply ended by itself meanwhile: there is nothing left to interrupt. */
  reset(): void { this.#suspected = false; this.#finished = null; }

  #settle(decision: 'resume' | 'confirm'): void {
    const turn = this.#finished;
    this.reset();
    if (decision === 'resume') this.actions.resume();
    else this.actions.confirm(turn);
  }
}
