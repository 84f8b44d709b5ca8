import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { s16ToBytes } from '@/server/platform/audio/pcm';
import { writeWav } from '@/server/platform/audio/wav';
import { requireModel, requireVoice } from './catalog';
import type { SpeechLimits } from './limits';
import { clientGone, readFields, readRank } from './request-fields';
import type { SpeechPool } from './speech-pool';

/** OpenAI documents `pcm` as 24 kHz; a client that says `sample_rate` gets that one. */
const OPENAI_PCM_RATE = 24_000;

const fieldsSchema = (limits: SpeechLimits) => z.object({
  model: z.string('must be text').optional(),
  input: z.string('must be text').min(1, 'must not be empty').max(limits.maxCharacters, `must have at most ${limits.maxCharacters} characters`),
  voice: z.string('must be text').optional(),
  response_format: z.enum(['wav', 'pcm'], 'use wav or pcm').default('wav'),
  speed: z.number('must be a number').min(0.25, 'must be 0.25 to 4').max(4, 'must be 0.25 to 4').default(1),
  sample_rate: z.number('must be a number').int().min(8000, 'must be 8000 to 48000').max(48_000, 'must be 8000 to 48000').optional(),
});

export function registerSpeech(app: FastifyInstance, { pool, limits }: { pool: SpeechPool; limits: SpeechLimits }): void {
  const schema = fieldsSchema(limits);
  app.post('/v1/audio/speech', { bodyLimit: 64 * 1024 }, async (request, reply) => {
    const fields = readFields(schema, request.body ?? {});
    requireModel(fields.model, 'speech');
    const audio = await pool.run(
      {
        kind: 'synthesize', text: fields.input, voice: requireVoice(fields.voice), speed: fields.speed,
        sampleRate: fields.sample_rate ?? (fields.response_format === 'pcm' ? OPENAI_PCM_RATE : undefined),
      },
      { rank: readRank(request), signal: clientGone(reply) },
    );
    if (fields.response_format === 'wav') return reply.type('audio/wav').send(writeWav(audio.samples, audio.sampleRate));
    return reply.type(`audio/pcm;rate=${audio.sampleRate}`).header('x-sample-rate', audio.sampleRate).send(s16ToBytes(audio.samples));
  });
}
