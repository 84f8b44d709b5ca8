import type { Config, SpeechServer } from '@/server/platform/config';
import { withSttFallback, withTtsFallback, type ProviderSwitch } from '../providers/fallback';
import { createSttProvider, createTtsProvider } from '../providers/openai-compatible';
import type { SttProvider } from '../providers/stt';
import type { TtsProvider } from '../providers/tts';

/** Whose price a request has; a server of one's own, or of somebody we do not know, is `openai-compatible`. */
const VENDOR_HOSTS: Readonly<Record<string, string>> = { 'api.openai.com': 'openai', 'api.groq.com': 'groq' };

function providerOf({ url, local }: SpeechServer): { provider?: string } {
  const provider = local ? 'local' : VENDOR_HOSTS[new URL(url).hostname];
  return provider === undefined ? {} : { provider };
}

/** Speech as configured: one server, or several of which the next answers when the one before fails. */
export function createSpeech(speech: Config['speech'], onSwitch: (change: ProviderSwitch) => void): { stt: SttProvider; tts: TtsProvider } {
  const { stt, tts } = speech;
  const reach = (server: SpeechServer) => ({ baseUrl: server.url, ...providerOf(server), ...(server.apiKey ? { apiKey: server.apiKey } : {}) });
  return {
    stt: withSttFallback(stt.servers.map((server) => createSttProvider({ ...reach(server), model: stt.model })), { onSwitch }),
    tts: withTtsFallback(tts.servers.map((server) => createTtsProvider({ ...reach(server), model: tts.model, voice: tts.voice })), { onSwitch }),
  };
}
