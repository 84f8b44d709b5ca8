import { AppError } from '../platform/errors';

export interface TurnLimits {
  /** Request sent → first token, for each model request of the turn. Retries count in it. */
  firstTokenMs: number;
  /** Between two tokens: a stream that stalls is dead. */
  idleMs: number;
  /** The whole turn, tools included. */
  totalMs: number;
  /** Model requests in one turn; each but the last may call tools. */
  maxSteps: number;
  /** Times a request that has yielded nothing is sent again. */
  maxRetries: number;
  /** From the first word or call until the reply is put down as far as it came; most are done by then. */
  checkpointAfterMs: number;
  /** From then on, while it is written. */
  checkpointEveryMs: number;
}

/** Somebody may be on the line: twenty seconds of silence is already long. */
export const DEFAULT_TURN_LIMITS: TurnLimits = { firstTokenMs: 20_000, idleMs: 20_000, totalMs: 120_000, maxSteps: 6, maxRetries: 2, checkpointAfterMs: 2_000, checkpointEveryMs: 3_000 };

/** Aborts `signal` with an AppError `timeout` when the model is silent for too long. Not running while a tool works or the consumer is busy. */
export class TurnTimeouts {
  readonly #abort = new AbortController();
  readonly #total: NodeJS.Timeout;
  #wait: NodeJS.Timeout | undefined;

  constructor(private readonly limits: TurnLimits, private readonly provider: string) {
    this.#total = setTimeout(() => this.#fire('took too long to finish its answer'), limits.totalMs);
  }

  get signal(): AbortSignal { return this.#abort.signal; }

  /** A request leaves: the first token is due. */
  request(): void { this.#arm(this.limits.firstTokenMs, 'took too long to begin its answer'); }

  /** Something came: the next is due. */
  progress(): void { this.#arm(this.limits.idleMs, 'stopped in the middle of its answer'); }

  /** Somebody else's turn: a tool, which has a time-out of its own, or the consumer. */
  pause(): void { clearTimeout(this.#wait); }

  [Symbol.dispose](): void {
    clearTimeout(this.#total);
    clearTimeout(this.#wait);
  }

  #arm(ms: number, words: string): void {
    clearTimeout(this.#wait);
    this.#wait = setTimeout(() => this.#fire(words), ms);
  }

  #fire(words: string): void {
    this.#abort.abort(new AppError('timeout', `The ${this.provider} provider ${words}.`));
  }
}
