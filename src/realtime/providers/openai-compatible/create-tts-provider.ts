import { AppError } from '@/server/platform/errors';
import type { TtsProvider } from '../tts';
import { readAudioAnswer } from './audio-answer';
import { checkServer } from './check-server';
import type { OpenAiCompatibleOptions } from './options';
import { bodyOf, type Deadline, SpeechHttp } from './speech-http';

const MAX_CHARACTERS = 4096;
/** 5 minutes at 48 kHz. */
const MAX_AUDIO_BYTES = 300 * 48_000 * 2;
const URGENCY = { first: 1, later: 3 } as const;

export interface TtsProviderOptions extends OpenAiCompatibleOptions {
  /** Used when a call names none. */
  voice?: string;
  /** `wav` says its own sample rate, so it is right with every server; `pcm` is for servers that have nothing else. */
  format?: 'wav' | 'pcm';
}

/** POST /v1/audio/speech of any OpenAI-compatible server. Audio is passed on as it arrives. */
export function createTtsProvider(options: TtsProviderOptions): TtsProvider {
  const http = new SpeechHttp(options);
  return {
    id: `${http.provider}/${options.model}`,
    provider: http.provider,
    model: options.model,
    capabilities: { sampleRates: [], streaming: true, maxCharacters: MAX_CHARACTERS },

    async *synthesize(text, { voice = options.voice, speed, signal, traceparent, urgency = 'first' }) {
      if (text.length > MAX_CHARACTERS) throw new AppError('invalid_input', `The text has more than ${MAX_CHARACTERS} characters`);
      // Disposed also when the consumer stops early: that aborts the request, and the server stops working.
      using deadline = http.deadline(signal);
      try {
        const response = await http.send({
          path: '/audio/speech', signal, traceparent, urgency: URGENCY[urgency],
          headers: { 'content-type': 'application/json' },
          body: () => JSON.stringify({ model: options.model, input: text, voice, response_format: options.format ?? 'wav', ...(speed === undefined ? {} : { speed }) }),
        }, deadline);
        yield* readAudioAnswer(withProgress(response, deadline), response.headers, MAX_AUDIO_BYTES);
      } catch (thrown) {
        throw deadline.explain(thrown);
      }
    },

    check: (signal) => checkServer(http, signal),
  };
}

async function* withProgress(response: Response, deadline: Deadline): AsyncGenerator<Uint8Array> {
  for await (const piece of bodyOf(response, deadline.signal)) {
    deadline.pause(); // a reply that is played, or held back by somebody speaking, may take its piece much later
    yield piece;
    deadline.extend();
  }
}
