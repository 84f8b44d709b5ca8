import type { Config } from '../platform/config';
import { BUILTIN_VOICES, installedSpeech } from './providers/speech';
import type { AgentRow } from './queries';

export interface SpeechSettings {
  /** Null is the installation's voice. */
  voice: string | null;
  speed: number | null;
  language: string | null;
}

const isBuiltinVoice = (voice: string) => BUILTIN_VOICES.some(({ value }) => value === voice);

/**
 * How an agent speaks and what it hears, as far as it means something to what speaks here. When the installation has
 * moved between the built-in speech and a server, a voice of the other one would silence the agent: it gets the
 * installation's voice until somebody chooses another.
 */
export function speechSettings({ voice, ttsConfig, sttConfig }: Pick<AgentRow, 'voice' | 'ttsConfig' | 'sttConfig'>, { speech }: Pick<Config, 'speech'>): SpeechSettings {
  const installed = installedSpeech(speech);
  return {
    voice: voice !== null && isBuiltinVoice(voice) === (installed.tts === 'builtin') ? voice : null,
    speed: typeof ttsConfig.speed === 'number' ? ttsConfig.speed : null,
    language: installed.stt === 'openai' && typeof sttConfig.language === 'string' ? sttConfig.language : null, // the built-in one understands English only
  };
}
