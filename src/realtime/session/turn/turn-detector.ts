/** What a person said, and when they stopped by the session's clock. */
export interface SpokenTurn {
  /** Mono, 16 kHz. */
  samples: Int16Array;
  speechEndAt: number;
}

export interface TurnDetectorListener {
  speechStarted(): void;
  /** Speech has gone on for this long. */
  speechContinued(speechMs: number): void;
  /** A pause that may be the end. */
  speechPaused(turn: SpokenTurn): void;
  /** It was not. */
  speechResumed(): void;
  turnEnded(turn: SpokenTurn): void;
}

/** Who decides when a person's turn begins and ends. One implementation a policy: the client, or the VAD. */
export interface TurnDetector {
  /** Why so much audio cannot be taken now; null when it can. Asked before anything is computed from it. */
  refusal(lengthMs: number): string | null;
  /** @param samples mono, 16 kHz */
  audio(samples: Int16Array): void;
  /** The client says that the turn is over. False when there is nothing to end. */
  commit(): boolean;
  /** Forgets what was said so far. */
  reset(): void;
}
