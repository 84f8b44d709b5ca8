import { bytesToS16 } from '@/server/platform/audio/pcm';
import { isWav, readWav } from '@/server/platform/audio/wav';
import { AppError } from '@/server/platform/errors';
import type { TtsAudio } from '../tts';

/** A WAV header with its usual extra chunks; one that is longer is not a speech answer. */
const MAX_HEADER_BYTES = 64 * 1024;
const OPENAI_PCM_RATE = 24_000;

/**
 *   sniffing ──RIFF, 16-bit mono──> streaming       samples are passed on as they come
 *      ├──────RIFF, anything else─> collecting      read as a whole at the end
 *      └──────audio/pcm───────────> streaming       at the rate the headers say, else OpenAI's 24 kHz
 */
type Mode = { name: 'sniffing' } | { name: 'streaming'; sampleRate: number } | { name: 'collecting' };

/** Audio of a TTS answer in whatever pieces the network cuts it; nothing in it is believed. */
export async function* readAudioAnswer(pieces: AsyncIterable<Uint8Array>, headers: Headers, maxBytes: number): AsyncGenerator<TtsAudio> {
  let mode: Mode = { name: 'sniffing' };
  let held = Buffer.alloc(0);
  let size = 0;
  for await (const piece of pieces) {
    size += piece.byteLength;
    if (size > maxBytes) throw new AppError('upstream_rejected', `The audio is larger than ${maxBytes} bytes`);
    held = Buffer.concat([held, piece]);
    if (mode.name === 'sniffing') {
      const begun = begin(held, headers);
      if (begun) { mode = begun.mode; held = held.subarray(begun.skip); }
    }
    if (mode.name === 'streaming' && held.byteLength >= 2) {
      const whole = held.byteLength & ~1;
      yield { samples: bytesToS16(held.subarray(0, whole)), sampleRate: mode.sampleRate };
      held = held.subarray(whole);
    }
  }
  if (mode.name === 'streaming' || size === 0) return;
  try {
    yield readWav(held);
  } catch (cause) {
    throw new AppError('upstream_rejected', 'The answer is not audio', { cause });
  }
}

/** Decides once enough bytes are there; undefined asks for more. */
function begin(held: Buffer, headers: Headers): { mode: Mode; skip: number } | undefined {
  if (held.byteLength < 12) return undefined;
  if (isWav(held)) {
    const header = simpleHeader(held);
    if (header === 'unfinished') return held.byteLength > MAX_HEADER_BYTES ? { mode: { name: 'collecting' }, skip: 0 } : undefined;
    if (header) return { mode: { name: 'streaming', sampleRate: header.sampleRate }, skip: header.dataAt };
    return { mode: { name: 'collecting' }, skip: 0 };
  }
  const type = headers.get('content-type') ?? '';
  if (!/^audio\/(pcm|l16)|^application\/octet-stream/i.test(type)) throw new AppError('upstream_rejected', `The answer is not WAV or PCM but ${type.slice(0, 60) || 'unnamed'}`);
  return { mode: { name: 'streaming', sampleRate: pcmRate(type, headers) }, skip: 0 };
}

/** Where the samples start, when they are 16-bit mono PCM and last until the end of the answer; undefined when they are something else. */
function simpleHeader(bytes: Buffer): { sampleRate: number; dataAt: number } | undefined | 'unfinished' {
  let sampleRate: number | undefined;
  for (let at = 12; at + 8 <= bytes.byteLength; ) {
    const id = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    if (id === 'data') return sampleRate === undefined ? undefined : { sampleRate, dataAt: at + 8 };
    if (at + 8 + size > bytes.byteLength) return 'unfinished';
    if (id === 'fmt ') {
      if (size < 16) return undefined;
      const [tag, channels, bits] = [bytes.readUInt16LE(at + 8), bytes.readUInt16LE(at + 10), bytes.readUInt16LE(at + 22)];
      sampleRate = bytes.readUInt32LE(at + 12);
      if (tag !== 1 || channels !== 1 || bits !== 16 || sampleRate < 4000 || sampleRate > 192_000) return undefined;
    }
    at += 8 + size + (size & 1);
  }
  return 'unfinished';
}

function pcmRate(type: string, headers: Headers): number {
  const rate = Number(/rate=(\d+)/.exec(type)?.[1] ?? headers.get('x-sample-rate') ?? OPENAI_PCM_RATE);
  return rate >= 4000 && rate <= 192_000 ? rate : OPENAI_PCM_RATE;
}
