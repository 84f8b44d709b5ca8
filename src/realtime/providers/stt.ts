/** Speech to text. Implementations live beside this file, one folder a vendor; main.ts chooses. */
export interface SttCapabilities {
  /** Words while the person still speaks; without it `transcribe` gets whole utterances. */
  streaming: boolean;
  /** BCP 47 tags it understands, or 'any'. */
  languages: readonly string[] | 'any';
  /** Longest utterance it takes. */
  maxSeconds: number;
}

export interface Transcript {
  /** '' when nobody spoke: silence and noise are not an error. */
  text: string;
  language?: string;
}

export interface SttProvider {
  /** `vendor/model`, for usage rows and metrics. */
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly capabilities: SttCapabilities;
  /**
   * @param audio mono s16 at `sampleRate` Hz
   * @throws AppError upstream_unavailable | upstream_rejected | timeout | cancelled
   */
  transcribe(audio: Int16Array, options: { sampleRate: number; language?: string; signal: AbortSignal; traceparent?: string; /** 'speculative' yields to 'final' work in a queue. */ urgency?: 'final' | 'speculative' }): Promise<Transcript>;
  /** Resolves when the provider would answer now. */
  check(signal: AbortSignal): Promise<void>;
}
