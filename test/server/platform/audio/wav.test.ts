import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytesToS16, floatToS16, s16ToBytes, s16ToFloat } from '@/server/platform/audio/pcm';
import { readWav, writeWav } from '@/server/platform/audio/wav';
import { AppError } from '@/server/platform/errors';

const samples = Int16Array.of(0, 1, -1, 32_767, -32_768, 1234);

function wav({ tag = 1, channels = 1, rate = 16_000, bits = 16, data, before = Buffer.alloc(0), dataSize }: { tag?: number; channels?: number; rate?: number; bits?: number; data: Buffer; before?: Buffer; dataSize?: number }) {
  const format = Buffer.alloc(24);
  format.write('fmt ');
  format.writeUInt32LE(16, 4);
  format.writeUInt16LE(tag, 8);
  format.writeUInt16LE(channels, 10);
  format.writeUInt32LE(rate, 12);
  format.writeUInt16LE(bits, 22);
  const head = Buffer.alloc(8);
  head.write('data');
  head.writeUInt32LE(dataSize ?? data.length, 4);
  return Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), before, format, head, data]);
}

test('what is written reads back the same', () => {
  expect(readWav(writeWav(samples, 22_050))).toEqual({ samples, sampleRate: 22_050 });
});

test('bytes at an odd address read as the same samples', () => {
  const shifted = Buffer.concat([Buffer.of(9), s16ToBytes(samples)]).subarray(1);
  expect(bytesToS16(shifted)).toEqual(samples);
});

test('floats round-trip, and what is too loud is clipped', () => {
  expect(floatToS16(s16ToFloat(samples))).toEqual(samples);
  expect(floatToS16(Float32Array.of(2, -2, Number.NaN))).toEqual(Int16Array.of(32_767, -32_768, 0));
});

test('chunks before fmt and an odd-sized one are skipped', () => {
  const list = Buffer.from('LIST\x03\0\0\0abc\0', 'latin1');
  expect(readWav(wav({ before: list, data: s16ToBytes(samples) })).samples).toEqual(samples);
});

test.each([0, 0xffff_ffff])('a streamed file with data size %i reads to its end', (dataSize) => {
  expect(readWav(wav({ data: s16ToBytes(samples), dataSize })).samples).toEqual(samples);
});

test('stereo becomes the mean of both channels', () => {
  expect(readWav(wav({ channels: 2, data: s16ToBytes(Int16Array.of(100, 300, -100, -300)) })).samples).toEqual(Int16Array.of(200, -200));
});

test('8, 24 and 32 bits and float read as 16 bits', () => {
  expect(readWav(wav({ bits: 8, data: Buffer.of(128, 255, 0) })).samples).toEqual(Int16Array.of(0, 32_512, -32_768));
  expect(readWav(wav({ bits: 24, data: Buffer.of(0, 0x34, 0x12, 0, 0, 0x80) })).samples).toEqual(Int16Array.of(0x1234, -32_768));
  expect(readWav(wav({ bits: 32, data: Buffer.of(0, 0, 0x34, 0x12) })).samples).toEqual(Int16Array.of(0x1234));
  const floats = Buffer.alloc(8);
  floats.writeFloatLE(0.5, 0);
  floats.writeFloatLE(Number.NaN, 4);
  expect(readWav(wav({ tag: 3, bits: 32, data: floats })).samples).toEqual(Int16Array.of(16_384, 0));
});

test.each([
  ['no header', Buffer.from('not a wav file at all')],
  ['no data', Buffer.from('RIFF\0\0\0\0WAVE')],
  ['data before fmt', Buffer.from('RIFF\0\0\0\0WAVEdata\x02\0\0\0ab', 'latin1')],
  ['MP3 inside', wav({ tag: 0x55, data: Buffer.alloc(8) })],
  ['no channels', wav({ channels: 0, data: Buffer.alloc(8) })],
  ['no rate', wav({ rate: 0, data: Buffer.alloc(8) })],
])('%s is refused as bad input', (_name, bytes) => {
  expect(() => readWav(bytes)).toThrow(expect.objectContaining({ kind: 'invalid_input' }) as Error);
});

test('no bytes make it fail in any other way', () => {
  const valid = writeWav(samples, 16_000);
  fc.assert(fc.property(fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 8 }), fc.nat(valid.length), (changes, length) => {
    const bytes = Buffer.from(valid);
    for (const [at, value] of changes) bytes[at] = value;
    try { readWav(bytes.subarray(0, length)); } catch (error) { if (!(error instanceof AppError)) throw error; }
  }), { numRuns: 2000 });
});
