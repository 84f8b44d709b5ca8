import type { SttProvider } from '../../providers/stt';

export interface SttStageOptions {
  stt: SttProvider;
  sampleRate: number;
  /** Null lets the provider find out. */
  language: string | null;
  onTranscribed(seconds: number): void;
  monotonic(): number;
}

export interface Utterance {
  samples: Int16Array;
  traceparent: string;
  /** So much of it was transcribed, guesses included: for the bill. */
  onTranscribed(audioSeconds: number): void;
}

/**
 * One utterance to text. `speculate` starts at the first pause, while the person may still go on; the answer
 * is kept for `finish`, and thrown away by `discard` when they do.
 */
export class SttStage {
  #speculation: { text: Promise<string>; abort: AbortController } | undefined;

  constructor(private readonly options: SttStageOptions) {}

  /** `onText` hears the guess (null when the provider failed), unless it was thrown away before it was there. */
  speculate(utterance: Utterance, onText: (text: string | null) => void): void {
    this.discard();
    const abort = new AbortController();
    const text = this.#transcribe(utterance, 'speculative', abort.signal);
    const speculation = { text, abort };
    this.#speculation = speculation;
    text.then(
      (words) => { if (this.#speculation === speculation) onText(words); },
      () => {
        if (this.#speculation !== speculation) return;
        this.#speculation = undefined; // `finish` asks again
        onText(null);
      },
    );
  }

  get speculating(): boolean { return this.#speculation !== undefined; }

  discard(): void {
    this.#speculation?.abort.abort();
    this.#speculation = undefined;
  }

  /** The utterance's text, from the guess when there is one. @throws AppError of the provider */
  async finish(utterance: Utterance, signal: AbortSignal): Promise<string> {
    const speculation = this.#speculation;
    this.#speculation = undefined; // ours now: whatever is guessed next belongs to the next turn
    if (speculation) {
      const cancel = () => speculation.abort.abort();
      signal.addEventListener('abort', cancel, { once: true });
      try {
        return await speculation.text;
      } catch {
        if (signal.aborted) throw signal.reason;
        // A failed guess costs nothing but time: ask again as the real thing.
      } finally {
        signal.removeEventListener('abort', cancel);
      }
    }
    return this.#transcribe(utterance, 'final', signal);
  }

  async #transcribe({ samples, traceparent, onTranscribed }: Utterance, urgency: 'final' | 'speculative', signal: AbortSignal): Promise<string> {
    const { stt, sampleRate, language } = this.options;
    const startedAt = this.options.monotonic();
    const { text } = await stt.transcribe(samples, { sampleRate, signal, traceparent, urgency, ...(language === null ? {} : { language }) });
    this.options.onTranscribed((this.options.monotonic() - startedAt) / 1000);
    onTranscribed(samples.length / sampleRate);
    return text.trim();
  }
}
