import type { Config } from '../platform/config';
import type { GatewayInfo } from './contract';
import { VERSION } from './version';

/** The effective values: the local speech process's address and model names when that is what runs. */
export function gatewayInfo(config: Config): GatewayInfo {
  const { speech, gateway } = config;
  return {
    name: 'stentor-gateway',
    version: VERSION,
    endpoints: { realtime: '/api/v1/realtime', live: '/api/live/', ready: '/api/ready/', metrics: '/api/metrics' },
    config: {
      stt_url: speech.stt.servers[0]?.url ?? 'builtin',
      tts_url: speech.tts.servers[0]?.url ?? 'builtin',
      agent_url: gateway.agentUrl ?? 'builtin',
      stt_model: speech.stt.model,
      tts_model: speech.tts.model,
      tts_voice: speech.tts.voice,
      audio_sample_rate: gateway.sampleRate,
      audio_channels: gateway.channels,
      audio_sample_width: gateway.sampleWidth,
    },
  };
}
