import { z } from 'zod';
import { writeWav } from '@/server/platform/audio/wav';
import { AppError } from '@/server/platform/errors';
import type { SttProvider } from '../stt';
import { checkServer } from './check-server';
import type { OpenAiCompatibleOptions } from './options';
import { readAtMost, SpeechHttp } from './speech-http';

const MAX_ANSWER_BYTES = 1024 * 1024;
const MAX_SECONDS = 120;
const URGENCY = { final: 1, speculative: 3 } as const;

const answerSchema = z.object({ text: z.string(), language: z.string().optional() });

export interface SttProviderOptions extends OpenAiCompatibleOptions {
  languages?: readonly string[] | 'any';
}

/** POST /v1/audio/transcriptions of any OpenAI-compatible server: our own speech process, Speaches, OpenAI, … */
export function createSttProvider(options: SttProviderOptions): SttProvider {
  const http = new SpeechHttp(options);
  return {
    id: `${http.provider}/${options.model}`,
    provider: http.provider,
    model: options.model,
    capabilities: { streaming: false, languages: options.languages ?? 'any', maxSeconds: MAX_SECONDS },

    async transcribe(audio, { sampleRate, language, signal, traceparent, urgency = 'final' }) {
      if (audio.length > MAX_SECONDS * sampleRate) throw new AppError('invalid_input', `The utterance is longer than ${MAX_SECONDS} s`);
      const file = new Blob([new Uint8Array(writeWav(audio, sampleRate))], { type: 'audio/wav' });
      using deadline = http.deadline(signal);
      try {
        const response = await http.send({
          path: '/audio/transcriptions', signal, traceparent, urgency: URGENCY[urgency],
          body: () => {
            const form = new FormData();
            form.set('file', file, 'audio.wav');
            form.set('model', options.model);
            form.set('response_format', 'json');
            if (language) form.set('language', language);
            return form;
          },
        }, deadline);
        return parseAnswer(await readAtMost(response, MAX_ANSWER_BYTES, deadline.signal), http.provider);
      } catch (thrown) {
        throw deadline.explain(thrown);
      }
    },

    check: (signal) => checkServer(http, signal),
  };
}

function parseAnswer(bytes: Uint8Array, provider: string) {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw new AppError('upstream_rejected', `${provider} answered something else than JSON`, { cause });
  }
  const answer = answerSchema.safeParse(json);
  if (!answer.success) throw new AppError('upstream_rejected', `${provider} answered without text`, { cause: answer.error });
  return { ...answer.data, text: answer.data.text.trim() };
}
