import type { TakeTurnsOptions, UserTurn } from './session-script';

export interface TurnTaker {
  handler(turn: UserTurn): void;
  keys: NonNullable<TakeTurnsOptions['keys']>;
}

/**
 * Who gets what people say.
 *
 *   the brain ──take()──▶ a script ──take()──▶ another script
 *       ▲                     │ given back          │ given back
 *       └─────────────────────┴─────────────────────┘
 *   What was taken over meanwhile is not the first one's to give back any more.
 */
export class TurnTaking {
  #taker: TurnTaker | undefined;

  constructor(private readonly onChanged: () => void) {}

  /** Undefined: the brain. */
  get taker(): TurnTaker | undefined { return this.#taker; }

  /** The answer gives the turns back. */
  take(handler: TurnTaker['handler'], { keys = 'gathered' }: TakeTurnsOptions = {}): () => void {
    const taker = { handler, keys };
    this.#set(taker);
    return () => { if (this.#taker === taker) this.#set(undefined); };
  }

  #set(taker: TurnTaker | undefined): void {
    this.#taker = taker;
    this.onChanged();
  }
}
