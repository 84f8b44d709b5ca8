import type { TtsProvider } from '../../providers/tts';
import type { ClauseFrame, SpeechFrame } from '../frame';
import type { CreateResampler, Resampler } from '../resampler';
import type { Stage } from '../stage';

export interface TtsStageOptions {
  tts: TtsProvider;
  createResampler: CreateResampler;
  sampleRate: number;
  voice?: string;
  speed?: number;
  traceparent: string;
  onSynthesized(clause: { characters: number; seconds: number }): void;
  monotonic(): number;
}

/** Clauses to audio at the session's rate, one request a clause, in order. */
export class TtsStage implements Stage<ClauseFrame, SpeechFrame> {
  constructor(private readonly options: TtsStageOptions) {}

  async *run(input: AsyncIterable<ClauseFrame>, signal: AbortSignal): AsyncGenerator<SpeechFrame> {
    let first = true;
    for await (const clause of input) {
      if (signal.aborted) return;
      yield clause;
      if (clause.spoken !== '') {
        yield* this.#speak(clause, first, signal);
        first = false;
      }
      yield { kind: 'control', type: 'clause-end', index: clause.index, source: clause.source };
    }
  }

  async *#speak(clause: ClauseFrame, first: boolean, signal: AbortSignal): AsyncGenerator<SpeechFrame> {
    const { tts, sampleRate, voice, speed, traceparent } = this.options;
    const startedAt = this.options.monotonic();
    let waitedMs = 0; // time the playout held us back is not the provider's
    let resampler: Resampler | undefined;
    for await (const audio of tts.synthesize(clause.spoken, { ...(voice ? { voice } : {}), ...(speed === undefined ? {} : { speed }), signal, traceparent, urgency: first ? 'first' : 'later' })) {
      if (audio.sampleRate !== sampleRate) resampler ??= this.options.createResampler(audio.sampleRate, sampleRate);
      const yieldedAt = this.options.monotonic();
      yield { kind: 'data', type: 'audio', clause: clause.index, samples: resampler ? resampler.process(audio.samples) : audio.samples };
      waitedMs += this.options.monotonic() - yieldedAt;
    }
    if (resampler) yield { kind: 'data', type: 'audio', clause: clause.index, samples: resampler.flush() };
    this.options.onSynthesized({ characters: clause.spoken.length, seconds: (this.options.monotonic() - startedAt - waitedMs) / 1000 });
  }
}
