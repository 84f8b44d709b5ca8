import { AppError } from '@/server/platform/errors';
import { FLITE_VOICES, type FliteVoice } from './models/flite';

/** What GET /v1/models and GET /v1/voices list. */
export const SPEECH_MODELS = [
  { id: 'moonshine-tiny', task: 'transcription', owner: 'moonshine-ai', languages: ['en'] },
  { id: 'flite', task: 'speech', owner: 'cmu', languages: ['en'] },
] as const;

export const SPEECH_VOICES: readonly { id: FliteVoice; name: string; gender: 'female' | 'male'; accent: string }[] = [
  { id: 'slt', name: 'SLT', gender: 'female', accent: 'en-US' },
  { id: 'rms', name: 'RMS', gender: 'male', accent: 'en-US' },
  { id: 'awb', name: 'AWB', gender: 'male', accent: 'en-GB' },
  { id: 'kal16', name: 'Kal', gender: 'male', accent: 'en-US' },
];

export function requireModel(id: string | undefined, task: (typeof SPEECH_MODELS)[number]['task']): string {
  const known = SPEECH_MODELS.filter((model) => model.task === task).map((model) => model.id as string);
  if (id === undefined) return known[0]!;
  if (known.includes(id)) return id;
  throw new AppError('not_found', `model: '${id}' does not exist here; use ${known.join(' or ')}`, { details: { param: 'model', code: 'model_not_found' } });
}

export function requireVoice(id: string | undefined): FliteVoice {
  const voice = FLITE_VOICES.find((known) => known === (id ?? FLITE_VOICES[0]));
  if (voice) return voice;
  throw new AppError('invalid_input', `voice: '${id}' is not known; use ${FLITE_VOICES.join(', ')}`, { details: { param: 'voice', code: 'voice_not_found' } });
}
