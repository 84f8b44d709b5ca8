/**
 * The vocabulary of the pipeline. What an interruption may do to a frame is decided by its kind:
 * `data` is dropped, `control` keeps the order of the data around it and is dropped with it, `system` always arrives.
 */
export type DataFrame =
  /** A piece of the reply as the model wrote it. */
  | { kind: 'data'; type: 'text'; text: string }
  /** Words to be spoken in one go. `source` is the exact piece of the reply that they come from: the sources of all clauses make up the reply. */
  | { kind: 'data'; type: 'clause'; index: number; source: string; spoken: string }
  /** Mono s16 at the session's rate. */
  | { kind: 'data'; type: 'audio'; clause: number; samples: Int16Array };

export type ControlFrame =
  /** What was written so far is to be spoken now: nothing may follow for a while (a tool runs). */
  | { kind: 'control'; type: 'flush' }
  /** All audio of a clause has passed. */
  | { kind: 'control'; type: 'clause-end'; index: number; source: string };

export type Frame = DataFrame | ControlFrame;

export type TextFrame = Extract<Frame, { type: 'text' | 'flush' }>;
export type ClauseFrame = Extract<Frame, { type: 'clause' }>;
export type SpeechFrame = Extract<Frame, { type: 'clause' | 'audio' | 'clause-end' }>;
