import type { TtsAudio, TtsProvider } from '@/realtime/providers/tts';
import { AppError } from '@/server/platform/errors';

/** A tone of `msPerCharacter` for every character, in pieces, so that lengths can be checked. */
export class FakeTts implements TtsProvider {
  readonly id = 'fake/tts';
  readonly provider = 'fake';
  readonly model = 'tts';
  readonly capabilities = { sampleRates: [16_000], streaming: true, maxCharacters: 4096 };
  readonly spoken: string[] = [];
  /** How it was asked to speak, clause by clause. */
  readonly asked: { voice: string | undefined; speed: number | undefined }[] = [];
  healthy = true;
  failure: Error | undefined;

  constructor(private readonly options: { msPerCharacter?: number; sampleRate?: number } = {}) {}

  async *synthesize(text: string, options: { signal: AbortSignal; voice?: string; speed?: number }): AsyncGenerator<TtsAudio> {
    this.spoken.push(text);
    this.asked.push({ voice: options.voice, speed: options.speed });
    if (this.failure) throw this.failure;
    const sampleRate = this.options.sampleRate ?? 16_000;
    let left = Math.round((text.length * (this.options.msPerCharacter ?? 50) * sampleRate) / 1000);
    while (left > 0) {
      if (options.signal.aborted) throw new AppError('cancelled', 'Cancelled');
      const samples = new Int16Array(Math.min(left, 1_000)).fill(1_234);
      left -= samples.length;
      yield { samples, sampleRate };
    }
  }

  async check(): Promise<void> { if (!this.healthy) throw new AppError('upstream_unavailable', 'tts is down'); }
}
