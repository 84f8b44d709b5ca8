import { AppError } from '../errors';
import { clampToS16, s16ToBytes } from './pcm';

export interface WavAudio {
  /** Mono: channels are averaged. */
  samples: Int16Array;
  sampleRate: number;
}

const FORMAT_PCM = 1;
const FORMAT_FLOAT = 3;
const FORMAT_EXTENSIBLE = 0xfffe;

export const isWav = (bytes: Uint8Array): boolean =>
  bytes.byteLength >= 12 && ascii(bytes, 0) === 'RIFF' && ascii(bytes, 8) === 'WAVE';

/**
 * Reads integer PCM of 8 to 32 bits and 32-bit float. Written for input from strangers: sizes in the file are
 * believed only as far as bytes are there, so a streamed WAV (data size 0 or 0xFFFFFFFF) and a cut one both read.
 * @throws AppError invalid_input
 */
export function readWav(bytes: Uint8Array): WavAudio {
  if (!isWav(bytes)) throw badWav('it has no RIFF/WAVE header');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: { tag: number; channels: number; sampleRate: number; bits: number } | undefined;
  for (let at = 12; at + 8 <= bytes.byteLength; ) {
    const id = ascii(bytes, at);
    const size = view.getUint32(at + 4, true);
    const body = at + 8;
    const present = Math.min(size, bytes.byteLength - body);
    if (id === 'fmt ') {
      if (present < 16) throw badWav('its fmt chunk is cut off');
      let tag = view.getUint16(body, true);
      if (tag === FORMAT_EXTENSIBLE && present >= 26) tag = view.getUint16(body + 24, true);
      format = { tag, channels: view.getUint16(body + 2, true), sampleRate: view.getUint32(body + 4, true), bits: view.getUint16(body + 14, true) };
    } else if (id === 'data') {
      if (!format) throw badWav('data comes before fmt');
      const length = size === 0 && bytes.byteLength > body ? bytes.byteLength - body : present;
      return { samples: readSamples(new DataView(view.buffer, view.byteOffset + body, length), format), sampleRate: format.sampleRate };
    }
    at = body + size + (size & 1);
  }
  throw badWav('it has no data chunk');
}

function readSamples(view: DataView, format: { tag: number; channels: number; sampleRate: number; bits: number }): Int16Array {
  const { tag, channels, sampleRate, bits } = format;
  if (channels < 1 || channels > 8) throw badWav(`it has ${channels} channels`);
  if (sampleRate < 1000 || sampleRate > 384_000) throw badWav(`its sample rate is ${sampleRate}`);
  const read = sampleReader(view, tag, bits);
  const width = bits / 8;
  const frames = Math.floor(view.byteLength / (width * channels));
  const samples = new Int16Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += read((frame * channels + channel) * width);
    samples[frame] = clampToS16(sum / channels);
  }
  return samples;
}

/** Reads one sample at a byte offset, scaled to the s16 range. */
function sampleReader(view: DataView, tag: number, bits: number): (offset: number) => number {
  if (tag === FORMAT_FLOAT && bits === 32) return (offset) => view.getFloat32(offset, true) * 32768 || 0; // NaN reads as silence
  if (tag === FORMAT_PCM && bits === 8) return (offset) => (view.getUint8(offset) - 128) * 256;
  if (tag === FORMAT_PCM && bits === 16) return (offset) => view.getInt16(offset, true);
  if (tag === FORMAT_PCM && bits === 24) return (offset) => view.getInt8(offset + 2) * 256 + view.getUint8(offset + 1);
  if (tag === FORMAT_PCM && bits === 32) return (offset) => view.getInt32(offset, true) / 65536;
  throw badWav(`format ${tag} with ${bits} bits is not PCM`);
}

export function writeWav(samples: Int16Array, sampleRate: number): Buffer {
  const bytes = s16ToBytes(samples);
  const header = Buffer.alloc(44);
  header.write('RIFF', 0, 'latin1');
  header.writeUInt32LE(36 + bytes.byteLength, 4);
  header.write('WAVEfmt ', 8, 'latin1');
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(FORMAT_PCM, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(sampleRate, 24);
  header.writeUInt32LE(sampleRate * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36, 'latin1');
  header.writeUInt32LE(bytes.byteLength, 40);
  return Buffer.concat([header, bytes]);
}

const ascii = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));
const badWav = (why: string) => new AppError('invalid_input', `file: not a WAV file we can read (${why})`);
