import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { decodeG711, encodeG711, G711_SILENCE } from '@/realtime/audio/g711';

const ALL_CODES = Uint8Array.from({ length: 256 }, (_, code) => code);
const ALL_SAMPLES = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768);

describe.each(['PCMU', 'PCMA'] as const)('%s', (codec) => {
  it('gives every code back that it has made a sample of', () => {
    // µ-law knows two zeros; the negative one comes back as the positive one.
    const again = encodeG711(codec, decodeG711(codec, ALL_CODES));
    expect([...again].filter((code, index) => code !== index && !(codec === 'PCMU' && index === 0x7f && code === 0xff))).toEqual([]);
  });

  it('is never further from the sample than half a step of its segment', () => {
    const decoded = decodeG711(codec, encodeG711(codec, ALL_SAMPLES));
    const wrong = [...ALL_SAMPLES].filter((sample, index) => Math.abs(sample - decoded[index]!) > Math.max(16, Math.abs(sample) / 16 + 1));
    expect(wrong.filter((sample) => Math.abs(sample) < 32_000)).toEqual([]);
  });

  it('carries silence as the code that everybody sends for it', () => {
    expect(encodeG711(codec, new Int16Array(1))[0]).toBe(G711_SILENCE[codec]);
  });
});

it('decodes as the tables of ITU-T G.711 say', () => {
  const digest = (codec: 'PCMU' | 'PCMA') => createHash('sha256').update(Buffer.from(decodeG711(codec, ALL_CODES).buffer)).digest('hex').slice(0, 16);
  expect([...decodeG711('PCMU', Uint8Array.of(0x00, 0x80, 0x7f, 0xff, 0xf0, 0x8f))]).toEqual([-32124, 32124, 0, 0, 120, 16764]);
  expect([...decodeG711('PCMA', Uint8Array.of(0xd5, 0x55, 0x2a, 0xaa, 0x80, 0x00))]).toEqual([8, -8, -32256, 32256, 5504, -5504]);
  expect({ mu: digest('PCMU'), a: digest('PCMA') }).toEqual({ mu: '3dab54339e520bb2', a: 'e04788d110e58ff8' });
});
