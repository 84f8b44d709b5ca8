import { LOCAL_SPEECH } from '../../platform/config';
import type { CatalogInput, Fields, ProviderDefinition } from './definition';

const speed: Fields[string] = { type: 'number', label: 'Speed', required: false, default: 1, min: 0.5, max: 2, step: 0.05, description: '1 is the voice’s own pace.' };

/** The built-in voices, as /v1/voices of the speech process lists them. */
export const BUILTIN_VOICES = [
  { value: 'slt', label: 'SLT (female, American)' },
  { value: 'rms', label: 'RMS (male, American)' },
  { value: 'awb', label: 'AWB (male, Scottish)' },
  { value: 'kal16', label: 'Kal (male, American)' },
];

const language: Fields[string] = { type: 'text', label: 'Language', required: false, max: 20, description: 'A code such as `en` or `de`. Empty: the server finds out.' };

/**
 * Speech is one set-up per installation, so only the provider that it has can be used. One that it has not is kept,
 * and using it is an error with the mend, never another voice than the one that was asked for.
 */
function speechProvider(type: 'stt' | 'tts', value: string, label: string, rest: Pick<ProviderDefinition, 'fields' | 'missing' | 'listed'> & { aliases?: readonly string[] }): ProviderDefinition {
  return { type, value, label, aliases: [`${value}.com`, `${value}.local`], ...rest };
}

export function speechProviders(type: 'stt' | 'tts', { config }: CatalogInput): ProviderDefinition[] {
  const own = installedSpeech(config.speech)[type];
  const variable = type === 'stt' ? 'STENTOR_STT_URL' : 'STENTOR_TTS_URL';
  const serverFields: Fields = type === 'stt'
    ? { language }
    : { voice: { type: 'text', label: 'Voice', required: false, max: 100, default: config.speech.tts.voice, description: 'As the speech server names it.' }, speed };
  const builtinFields: Fields = type === 'stt' ? {} : { voice: { type: 'select', label: 'Voice', required: false, default: LOCAL_SPEECH.ttsVoice, options: BUILTIN_VOICES }, speed };
  const server = { fields: serverFields, missing: own === 'openai' ? null : variable };
  const unknown = { listed: false, fields: null, missing: `${variable} (an OpenAI-compatible speech server; there is no client for this vendor)` };
  return [
    speechProvider(type, 'builtin', 'Built-in', { listed: true, fields: builtinFields, missing: own === 'builtin' ? null : `no ${variable}: it is set, so the built-in speech is off` }),
    speechProvider(type, 'openai', 'OpenAI-compatible server', { listed: true, ...server }),
    ...(type === 'stt'
      ? [speechProvider(type, 'whisper', 'Whisper server', { listed: false, ...server })]
      : [speechProvider(type, 'kokoro', 'Kokoro server', { listed: false, ...server })]),
    speechProvider(type, 'deepgram', 'Deepgram', unknown),
    ...(type === 'stt' ? [] : [
      speechProvider(type, 'elevenlabs', 'ElevenLabs', { ...unknown, aliases: ['elevenlabs.io', 'elevenlabs.com'] }),
      speechProvider(type, 'async', 'Async', { ...unknown, aliases: ['async.ai'] }),
      speechProvider(type, 'hume', 'Hume', { ...unknown, aliases: ['hume.ai'] }),
    ]),
  ];
}

export type InstalledSpeech = Record<'stt' | 'tts', 'builtin' | 'openai'>;

/** What the installation listens and speaks with: the local models, or servers that speak OpenAI's API. */
export function installedSpeech(speech: CatalogInput['config']['speech']): InstalledSpeech {
  const local = (type: 'stt' | 'tts') => speech[type].servers.every((server) => server.local);
  return { stt: local('stt') ? 'builtin' : 'openai', tts: local('tts') ? 'builtin' : 'openai' };
}
