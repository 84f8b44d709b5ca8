import type { EndReason } from '../ports';

/** What became of something that was said: heard to its end, cut short, or never heard. */
export type SayOutcome = 'played' | 'interrupted' | 'failed';

/** What a person said or typed, once it is complete. */
export interface UserTurn {
  text: string;
  /** The keys of a telephone, when that is how it was said; `text` is the same. */
  digits?: string;
}

export interface SayOptions {
  /** By speech; keys interrupt anyhow. Off: what is said meanwhile is not listened to. */
  interruptible?: boolean;
}

export interface TakeTurnsOptions {
  /** `each` key is a turn at once, as in a menu of less than ten; by default they are gathered until `#` or a pause. */
  keys?: 'gathered' | 'each';
}

/** A live session as those see it who speak through it: the script of a call, an operator's announcement. */
export interface SessionVoice {
  /** Speaks a fixed text over whatever is being said, and keeps it in the transcript, cut to what was heard. Resolves, never rejects, when that is over. */
  say(text: string, options?: SayOptions): Promise<SayOutcome>;
  /** From now on people's turns are the handler's and not the brain's; they are in the transcript all the same. The answer gives them back. */
  takeTurns(handler: (turn: UserTurn) => void, options?: TakeTurnsOptions): () => void;
  /** Resolves when nobody speaks or types, nothing said is being worked out and nothing is being said; after `limitMs` or with the session anyhow. */
  quiet(limitMs: number): Promise<void>;
  /** Resolves after `ms` by the session's clock; sooner when the session or `signal` ends. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
  /** Ends the session and its connection, which for a call is hanging up. What was just said is let arrive first. */
  end(reason: EndReason): Promise<void>;
}

/**
 * Runs when the session has started; `signal` aborts when it ends. Returning ends nothing: the agent takes over from there.
 * One that throws ends the session with `failed`.
 */
export type SessionScript = (voice: SessionVoice, signal: AbortSignal) => Promise<void>;
