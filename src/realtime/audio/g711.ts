/** ITU-T G.711: both laws as tables, 8 kHz mono. PCMU is µ-law (North America, Japan), PCMA is A-law (the rest). */
export type G711 = 'PCMU' | 'PCMA';

/** What the wire carries for digital silence. */
export const G711_SILENCE: Record<G711, number> = { PCMU: 0xff, PCMA: 0xd5 };

interface Law {
  /** Indexed by the sample's 16 bits. */
  encode: Uint8Array;
  decode: Int16Array;
}

const LAWS: Record<G711, Law> = { PCMU: makeLaw(encodeMu, decodeMu), PCMA: makeLaw(encodeA, decodeA) };

export function encodeG711(codec: G711, samples: Int16Array, into = new Uint8Array(samples.length), at = 0): Uint8Array {
  const { encode } = LAWS[codec];
  for (let index = 0; index < samples.length; index++) into[at + index] = encode[samples[index]! & 0xffff]!;
  return into;
}

export function decodeG711(codec: G711, bytes: Uint8Array): Int16Array {
  const { decode } = LAWS[codec];
  const samples = new Int16Array(bytes.length);
  for (let index = 0; index < bytes.length; index++) samples[index] = decode[bytes[index]!]!;
  return samples;
}

function makeLaw(encodeOne: (sample: number) => number, decodeOne: (code: number) => number): Law {
  const encode = new Uint8Array(65_536);
  const decode = new Int16Array(256);
  for (let sample = -32_768; sample <= 32_767; sample++) encode[sample & 0xffff] = encodeOne(sample);
  for (let code = 0; code < 256; code++) decode[code] = decodeOne(code);
  return { encode, decode };
}

/** The segment (exponent) is the place of the highest bit, counted down from `top`. */
function segmentOf(magnitude: number, top: number, lowest: number): number {
  let segment = 7;
  for (let bit = top; segment > lowest && (magnitude & bit) === 0; bit >>= 1) segment -= 1;
  return segment;
}

/** 132 is the bias of 33 of the 14-bit law, in 16 bits; 32,635 the largest that stays below the clip with it. */
function encodeMu(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), 32_635) + 132;
  const segment = segmentOf(magnitude, 0x4000, 0);
  return ~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 15)) & 0xff;
}

function decodeMu(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = (((bits & 15) << 3) + 132) << ((bits >> 4) & 7);
  return bits & 0x80 ? 132 - magnitude : magnitude - 132;
}

/** A-law inverts the even bits (0x55), and its first two segments are linear. */
function encodeA(sample: number): number {
  const sign = sample < 0 ? 0 : 0x80;
  const magnitude = sample < 0 ? -sample - 1 : sample;
  if (magnitude < 256) return ((magnitude >> 4) | sign) ^ 0x55;
  const segment = segmentOf(magnitude, 0x4000, 1);
  return ((segment << 4) | ((magnitude >> (segment + 3)) & 15) | sign) ^ 0x55;
}

function decodeA(code: number): number {
  const bits = code ^ 0x55;
  const segment = (bits >> 4) & 7;
  const step = (bits & 15) << 4;
  const magnitude = segment === 0 ? step + 8 : (step + 0x108) << (segment - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}
