import llamaTokenizer from 'llama-tokenizer-js';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { AppError } from '@/server/platform/errors';
import { packageFile } from '@/server/platform/package-file';

const LAYERS = 6;
const HEADS = 8;
const HEAD_SIZE = 36;
const BEGIN_TOKEN = 1;
const END_TOKEN = 2;
const SAMPLE_RATE = 16_000;

// Measured on 268 human prompts: a peak of 0.7 and a little silence around the words halves the errors of raw input,
// and an utterance of less than a second is heard as noise. Six tokens a second is faster than anyone speaks: without
// the cap the decoder sometimes repeats itself to the end of its context.
const PEAK = 0.7;
const MAX_GAIN = 30;
const LEAD_SECONDS = 0.2;
const TAIL_SECONDS = 0.3;
const MIN_SECONDS = 1;
const TOKENS_PER_SECOND = 6;
const EXTRA_TOKENS = 2;
// A single short word ("yes", "two") often looks to the decoder like nothing at all. It is as good as certain of that
// for noise only: above 0.99 for white noise, below 0.9 for every short word that was measured.
const SURE_OF_NOTHING = Math.log(0.95);
/** Of full scale: six steps of 16 bits. The decoder has words for digital silence. */
const SILENT_PEAK = 2e-4;

export interface Heard {
  text: string;
  averageLogProbability: number;
}

/** Moonshine tiny, English, int8: greedy decoding with the key-value cache kept between steps. */
export class Moonshine {
  private constructor(private readonly encoder: InferenceSession, private readonly decoder: InferenceSession) {}

  static async load(): Promise<Moonshine> {
    const [encoder, decoder] = await Promise.all(['encoder_model', 'decoder_model_merged'].map((name) =>
      InferenceSession.create(packageFile('@moonshine-ai/moonshine-js', `dist/model/tiny/quantized/${name}.onnx`), {
        intraOpNumThreads: 1, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all', logSeverityLevel: 3,
      })));
    return new Moonshine(encoder!, decoder!);
  }

  /**
   * @param audio 16 kHz mono, -1..1
   * @param cancelled asked before every token, because a thrown-away speculation must not hold the thread
   */
  async transcribe(audio: Float32Array, cancelled: () => boolean = () => false): Promise<Heard> {
    const peak = peakOf(audio);
    if (peak < SILENT_PEAK) return { text: '', averageLogProbability: 0 };
    const prepared = prepare(audio, peak);
    const { last_hidden_state: hidden } = await this.encoder.run({ input_values: new Tensor('float32', prepared, [1, prepared.length]) });
    const feeds: Record<string, Tensor> = { encoder_hidden_states: hidden as Tensor };
    for (const name of cacheNames(['encoder', 'decoder']))
      feeds[`past_key_values.${name}`] = new Tensor('float32', new Float32Array(0), [0, HEADS, 1, HEAD_SIZE]);

    const limit = Math.ceil(Math.max(audio.length / SAMPLE_RATE, 0.5) * TOKENS_PER_SECOND) + EXTRA_TOKENS;
    const tokens: number[] = [];
    let token = BEGIN_TOKEN;
    let logProbability = 0;
    for (let step = 0; step < limit; step++) {
      if (cancelled()) throw new AppError('cancelled', 'Cancelled');
      feeds.input_ids = new Tensor('int64', BigInt64Array.of(BigInt(token)), [1, 1]);
      feeds.use_cache_branch = new Tensor('bool', [step > 0]);
      const results = await this.decoder.run(feeds);
      const logits = results.logits!.data as Float32Array;
      let best = mostLikely(logits);
      if (step === 0 && best.token === END_TOKEN && best.logProbability < SURE_OF_NOTHING) best = mostLikely(logits, END_TOKEN);
      logProbability += best.logProbability;
      token = best.token;
      if (token === END_TOKEN) break;
      tokens.push(token);
      // The encoder's half of the cache is computed once, in the first step.
      for (const name of cacheNames(step === 0 ? ['encoder', 'decoder'] : ['decoder']))
        feeds[`past_key_values.${name}`] = results[`present.${name}`] as Tensor;
    }
    const text = tokens.length === 0 ? '' : llamaTokenizer.decode([BEGIN_TOKEN, ...tokens]).trim();
    return { text, averageLogProbability: logProbability / (tokens.length + 1) };
  }
}

function cacheNames(sides: readonly ('encoder' | 'decoder')[]): string[] {
  return Array.from({ length: LAYERS }, (_, layer) => sides.flatMap((side) => [`${layer}.${side}.key`, `${layer}.${side}.value`])).flat();
}

function peakOf(audio: Float32Array): number {
  let peak = 0;
  for (const sample of audio) peak = Math.max(peak, Math.abs(sample));
  return peak;
}

function prepare(audio: Float32Array, peak: number): Float32Array {
  const gain = Math.min(PEAK / peak, MAX_GAIN);
  const lead = Math.round(LEAD_SECONDS * SAMPLE_RATE);
  const length = Math.max(audio.length + lead + Math.round(TAIL_SECONDS * SAMPLE_RATE), Math.round(MIN_SECONDS * SAMPLE_RATE));
  const prepared = new Float32Array(length);
  for (let index = 0; index < audio.length; index++) prepared[lead + index] = audio[index]! * gain;
  return prepared;
}

/** @param except a token that is out of the question */
function mostLikely(logits: Float32Array, except?: number): { token: number; logProbability: number } {
  let token = except === 0 ? 1 : 0;
  for (let index = 1; index < logits.length; index++) if (index !== except && logits[index]! > logits[token]!) token = index;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - logits[token]!);
  return { token, logProbability: -Math.log(sum) };
}
