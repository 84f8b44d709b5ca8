import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { bytesToS16 } from '@/server/platform/audio/pcm';
import { isWav, readWav, type WavAudio } from '@/server/platform/audio/wav';
import { AppError } from '@/server/platform/errors';
import { requireModel } from './catalog';
import type { SpeechLimits } from './limits';
import { clientGone, readFields, readRank } from './request-fields';
import type { SpeechPool } from './speech-pool';
import { splitAudio } from './split-audio';
import { trimSilence } from './trim-silence';

const fieldsSchema = z.object({
  model: z.string().optional(),
  language: z.string().trim().toLowerCase().regex(/^$|^en([-_][a-z]+)?$|^english$/, 'this model understands English only').optional(),
  response_format: z.enum(['json', 'text', 'verbose_json'], 'use json, text or verbose_json').default('json'),
  /** Raw bodies and raw files only: a WAV says its own. */
  sample_rate: z.coerce.number('must be a number').int().min(4000, 'must be 4000 to 192000').max(192_000, 'must be 4000 to 192000').default(16_000),
  stream: z.union([z.literal(false), z.literal('false')], 'streaming is not supported').optional(),
});

export function registerTranscriptions(app: FastifyInstance, { pool, limits }: { pool: SpeechPool; limits: SpeechLimits }): void {
  app.post('/v1/audio/transcriptions', async (request, reply) => {
    const signal = clientGone(reply);
    const { bytes, given } = await readUpload(request);
    const fields = readFields(fieldsSchema, given);
    requireModel(fields.model, 'transcription');
    const audio = readAudio(bytes, fields.sample_rate);
    const duration = audio.samples.length / audio.sampleRate;
    if (duration > limits.maxAudioSeconds)
      throw new AppError('payload_too_large', `file: ${Math.round(duration)} s of audio is more than ${limits.maxAudioSeconds} s`, { details: { param: 'file' } });

    // One piece after the other, each its own job: a long recording takes turns with short utterances.
    const segments: Segment[] = [];
    let start = 0;
    for (const samples of splitAudio(audio.samples, audio.sampleRate)) {
      const seconds = samples.length / audio.sampleRate;
      const sounding = trimSilence(samples, audio.sampleRate);
      const heard = sounding.length === 0
        ? { text: '', averageLogProbability: 0 }
        : await pool.run({ kind: 'transcribe', samples: sounding, sampleRate: audio.sampleRate }, { rank: readRank(request), signal });
      segments.push({ start, end: start + seconds, text: heard.text, averageLogProbability: heard.averageLogProbability });
      start += seconds;
    }
    return answer(reply, fields.response_format, segments, duration);
  });
}

interface Segment { start: number; end: number; text: string; averageLogProbability: number }

function answer(reply: FastifyReply, format: 'json' | 'text' | 'verbose_json', segments: Segment[], duration: number) {
  const text = segments.map((segment) => segment.text).filter(Boolean).join(' ');
  if (format === 'text') return reply.type('text/plain; charset=utf-8').send(`${text}\n`);
  if (format === 'json') return { text };
  return {
    task: 'transcribe', language: 'english', duration, text,
    segments: segments.filter((segment) => segment.text !== '').map((segment, id) => ({
      id, start: segment.start, end: segment.end, text: segment.text, avg_logprob: segment.averageLogProbability,
    })),
  };
}

/** A multipart form as OpenAI's, or the audio itself as the body with the fields in the query. */
async function readUpload(request: FastifyRequest): Promise<{ bytes: Buffer; given: Record<string, unknown> }> {
  const query = request.query as Record<string, unknown>;
  if (!request.isMultipart()) {
    if (!Buffer.isBuffer(request.body)) throw new AppError('unsupported_media_type', 'Send multipart/form-data with a file, or audio/wav, audio/pcm or application/octet-stream');
    return { bytes: request.body, given: query };
  }
  const given: Record<string, unknown> = { ...query };
  let bytes: Buffer | undefined;
  for await (const part of request.parts()) {
    if (part.type === 'field') given[part.fieldname.replace(/\[\]$/, '')] = part.value;
    else if (part.fieldname === 'file' && !bytes) bytes = await part.toBuffer();
    else throw new AppError('invalid_input', `${part.fieldname}: send one file, named file`, { details: { param: part.fieldname } });
  }
  if (!bytes) throw new AppError('invalid_input', 'file: missing', { details: { param: 'file' } });
  return { bytes, given };
}

/** Containers we cannot decode are refused by name: read as raw samples they would be noise. */
const FOREIGN: [string, string][] = [['OggS', 'ogg'], ['fLaC', 'flac'], ['ID3', 'mp3'], ['\u001aE\u00df\u00a3', 'webm']];

function readAudio(bytes: Buffer, rawSampleRate: number): WavAudio {
  if (isWav(bytes)) return readWav(bytes);
  const head = bytes.toString('latin1', 0, 8);
  const foreign = FOREIGN.find(([magic]) => head.startsWith(magic))?.[1] ?? (head.slice(4) === 'ftyp' ? 'mp4' : undefined);
  if (foreign) throw new AppError('invalid_input', `file: ${foreign} is not supported; send WAV or raw 16-bit PCM`, { details: { param: 'file', code: 'unsupported_format' } });
  return { samples: bytesToS16(bytes), sampleRate: rawSampleRate };
}
