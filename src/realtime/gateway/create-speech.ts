import type { Config, SpeechServer } from '@/server/platform/config';
import { withSttFallback, withTtsFallback, type ProviderSwitch } from '../providers/fallback';
import { createSttProvider, createTtsProvider } from '../providers/openai-compatible';
import type { SttProvider } from '../providers/stt';
import type { TtsProvider } from '../providers/tts';

/** Speech as configured: one server, or several of which the next answers when the one before fails. */
export function createSpeech(speech: Config['speech'], onSwitch: (change: ProviderSwitch) => void): { stt: SttProvider; tts: TtsProvider } {
  const { stt, tts } = speech;
  const reach = ({ url, local, apiKey }: SpeechServer) => ({ baseUrl: url, ...(local ? { provider: 'local' } : {}), ...(apiKey ? { apiKey } : {}) });
  return {
    stt: withSttFallback(stt.servers.map((server) => createSttProvider({ ...reach(server), model: stt.model })), { onSwitch }),
    tts: withTtsFallback(tts.servers.map((server) => createTtsProvider({ ...reach(server), model: tts.model, voice: tts.voice })), { onSwitch }),
  };
}
