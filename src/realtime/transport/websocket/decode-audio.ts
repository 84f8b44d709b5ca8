import { bytesToS16 } from '../../audio/pcm';

export type DecodedAudio = { ok: true; samples: Int16Array } | { ok: false; problem: string };

/**
 * Base64 PCM s16le to samples. Node's decoder skips what is not base64 without a word, so the length it
 * should have produced is compared with what it did: cheaper than a pattern over a megabyte.
 */
export function decodeAudio(base64: string): DecodedAudio {
  if (base64.length === 0) return { ok: true, samples: new Int16Array(0) };
  if (base64.length % 4 !== 0) return { ok: false, problem: 'is not valid base64 (its length is not a multiple of 4)' };
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length !== (base64.length / 4) * 3 - padding) return { ok: false, problem: 'is not valid base64' };
  if (bytes.length % 2 !== 0) return { ok: false, problem: 'has an odd number of bytes; samples are 16 bits' };
  return { ok: true, samples: bytesToS16(bytes) };
}
