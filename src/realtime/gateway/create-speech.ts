import type { Config } from '@/server/platform/config';
import { withSttFallback, withTtsFallback, type ProviderSwitch } from '../providers/fallback';
import { createSttProvider, createTtsProvider } from '../providers/openai-compatible';
import type { SttProvider } from '../providers/stt';
import type { TtsProvider } from '../providers/tts';

/** Speech as configured: one server, or several of which the next answers when the one before fails. */
export function createSpeech(speech: Config['speech'], onSwitch: (change: ProviderSwitch) => void): { stt: SttProvider; tts: TtsProvider } {
  const common = speech.apiKey ? { apiKey: speech.apiKey } : {};
  const { stt, tts } = speech;
  return {
    stt: withSttFallback(stt.urls.map((baseUrl) => createSttProvider({ ...common, baseUrl, model: stt.model })), { onSwitch }),
    tts: withTtsFallback(tts.urls.map((baseUrl) => createTtsProvider({ ...common, baseUrl, model: tts.model, voice: tts.voice })), { onSwitch }),
  };
}
