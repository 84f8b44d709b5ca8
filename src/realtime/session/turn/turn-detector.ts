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
  /** @param samples mono, 16 kHz. Answers what is wrong when it cannot be taken; then nothing of it was. */
  audio(samples: Int16Array): { problem: string } | null;
  /** The client says that the turn is over. False when there is nothing to end. */
  commit(): boolean;
  /** Forgets what was said so far. */
  reset(): void;
}
