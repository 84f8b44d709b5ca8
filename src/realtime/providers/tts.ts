/** Text to speech. Implementations live beside this file, one folder a vendor; main.ts chooses. */
export interface TtsCapabilities {
  /** Sample rates it can answer in without resampling on our side. */
  sampleRates: readonly number[];
  /** Audio arrives before the whole text is synthesised. */
  streaming: boolean;
  maxCharacters: number;
}

export interface TtsAudio {
  /** Mono s16. */
  samples: Int16Array;
  sampleRate: number;
}

export interface TtsProvider {
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly capabilities: TtsCapabilities;
  /**
   * Yields the clause's audio in order, in pieces of any size.
   * @throws AppError upstream_unavailable | upstream_rejected | timeout | cancelled
   */
  synthesize(text: string, options: { voice?: string; speed?: number; signal: AbortSignal; traceparent?: string; /** the first clause of a reply goes before later ones */ urgency?: 'first' | 'later' }): AsyncIterable<TtsAudio>;
  check(signal: AbortSignal): Promise<void>;
}
