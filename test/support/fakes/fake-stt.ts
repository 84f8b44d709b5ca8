import type { SttProvider, Transcript } from '@/realtime/providers/stt';
import { AppError } from '@/server/platform/errors';

/** Hears what the test says it hears, in order; the last answer is repeated. An Error in the script is thrown. */
export class FakeStt implements SttProvider {
  readonly id = 'fake/stt';
  readonly provider = 'fake';
  readonly model = 'stt';
  readonly capabilities = { streaming: false, languages: 'any', maxSeconds: 60 } as const;
  readonly heard: { samples: number; urgency: string | undefined; language?: string }[] = [];
  healthy = true;
  /** While set, transcriptions wait for it. */
  gate: Promise<void> | undefined;

  constructor(public answers: (string | Error)[] = ['What time is it?']) {}

  async transcribe(audio: Int16Array, options: { signal: AbortSignal; urgency?: string; language?: string }): Promise<Transcript> {
    this.heard.push({ samples: audio.length, urgency: options.urgency, ...(options.language === undefined ? {} : { language: options.language }) });
    const answer = this.answers.length > 1 ? this.answers.shift()! : this.answers[0]!;
    await this.gate;
    if (options.signal.aborted) throw new AppError('cancelled', 'Cancelled');
    if (answer instanceof Error) throw answer;
    return { text: answer };
  }

  async check(): Promise<void> { if (!this.healthy) throw new AppError('upstream_unavailable', 'stt is down'); }
}
