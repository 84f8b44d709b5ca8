/** Conversions between the shapes mono audio takes here: s16le bytes on wires, Int16Array inside, floats for models. */
const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** A trailing odd byte is left out: half a sample is not a sample. */
export function bytesToS16(bytes: Uint8Array): Int16Array {
  const samples = new Int16Array(bytes.byteLength >> 1);
  new Uint8Array(samples.buffer).set(bytes.subarray(0, samples.byteLength));
  if (!LITTLE_ENDIAN) Buffer.from(samples.buffer).swap16();
  return samples;
}

/** A view of the same memory, not a copy, wherever the machine is little-endian. */
export function s16ToBytes(samples: Int16Array): Buffer {
  const view = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  return LITTLE_ENDIAN ? view : Buffer.from(view).swap16();
}

export function s16ToFloat(samples: Int16Array): Float32Array {
  const floats = new Float32Array(samples.length);
  for (let index = 0; index < samples.length; index++) floats[index] = samples[index]! / 32768;
  return floats;
}

export function floatToS16(floats: Float32Array): Int16Array {
  const samples = new Int16Array(floats.length);
  for (let index = 0; index < floats.length; index++) samples[index] = clampToS16(floats[index]! * 32768);
  return samples;
}

export const clampToS16 = (value: number): number => (value >= 32767 ? 32767 : value <= -32768 ? -32768 : Math.round(value) || 0);

export function concatS16(parts: readonly Int16Array[]): Int16Array {
  const joined = new Int16Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) { joined.set(part, offset); offset += part.length; }
  return joined;
}
