/** Times and sizes of a live session, each with the reason for its value. */
export interface SessionOptions {
  /** The longest utterance; also what the built-in STT takes. */
  maxUtteranceMs: number;
  /** Audio kept from before speech was noticed, so that its first sound is not lost. */
  preRollMs: number;
  /** Speech that starts a turn: three VAD frames, more than a click, less than a syllable. */
  speechStartMs: number;
  /** Silence at which STT starts on a guess. */
  speculateMs: number;
  /** Silence that ends a turn; must exceed `speculateMs` by the time STT takes for the guess to pay. */
  endpointMs: number;
  /** Speech over a reply that is too long to be a backchannel: three words or more. */
  bargeInMs: number;
  /** Keys of a telephone that come closer together than this are one input. */
  keyGapMs: number;
  /** Silence on a telephone after which the agent asks whether anybody is there; elsewhere nobody is asked unless the agent's settings say so. */
  silencePromptMs: number;
  /** Probabilities between which the VAD keeps its last opinion. */
  vadOn: number;
  vadOff: number;
  /** One audio delta; at 48 kHz 40 ms are 3,840 bytes, below the 4 KB that a small device can hold. */
  deltaMs: number;
  /** How far ahead of real time audio is sent: bridges a late timer or a Wi-Fi hiccup, and is all a client has to flush. */
  aheadMs: number;
  /** Audio synthesised and not yet sent beyond which TTS waits. */
  lookAheadMs: number;
  /** Audio waiting for the VAD beyond which a client is told that it sends too fast. */
  maxVadBacklogMs: number;
}

export const DEFAULT_SESSION_OPTIONS: SessionOptions = {
  maxUtteranceMs: 60_000,
  preRollMs: 320,
  speechStartMs: 96,
  speculateMs: 192,
  endpointMs: 480,
  bargeInMs: 700,
  keyGapMs: 2_000,
  silencePromptMs: 10_000,
  vadOn: 0.5,
  vadOff: 0.35,
  deltaMs: 40,
  aheadMs: 300,
  lookAheadMs: 8_000,
  maxVadBacklogMs: 60_000,
};
