import type { CallMedia } from '@/server/calls/tables';
import type { MediaStatistics } from '../transport/rtp/media-messages';

/** What the record of a call keeps of its media. */
export function callMedia(statistics: MediaStatistics, codec: string | null): CallMedia {
  const { received, lost, jitterMs, concealed, roundTripMs, sent, late, duplicate, bufferMs, remoteLost, remoteJitterMs, strangers } = statistics;
  return {
    codec, received, lost, concealed, jitterMs: round(jitterMs), roundTripMs: roundTripMs === null ? null : round(roundTripMs),
    sent, late, duplicate, strangers, bufferMs: round(bufferMs), remoteLost, remoteJitterMs: remoteJitterMs === null ? null : round(remoteJitterMs),
  };
}

const round = (ms: number): number => Math.round(ms * 10) / 10;
