import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRtcp, writeReport } from '@/realtime/transport/rtp/rtcp-packet';
import { looksLikeRtcp, parseRtp, writeRtp } from '@/realtime/transport/rtp/rtp-packet';
import { parseTelephoneEvent, writeTelephoneEvent } from '@/realtime/transport/rtp/telephone-event';

/** As a telephone sent them: PCMU, marker set; the same with two contributors, an extension of one word and four bytes of padding. */
const PLAIN = Buffer.from('808004d2000003e8deadbeef' + 'ff7fff7f', 'hex');
const DRESSED = Buffer.from('b28004d2000003e8deadbeef' + '0000000100000002' + 'bede000110aa0000' + 'ff7fff7f' + '00000004', 'hex');

describe('an RTP packet', () => {
  it('is read and written as RFC 3550 draws it', () => {
    const packet = parseRtp(PLAIN)!;
    expect({ ...packet, payload: [...packet.payload] }).toEqual({ payloadType: 0, marker: true, sequence: 1234, timestamp: 1000, ssrc: 0xdeadbeef, payload: [0xff, 0x7f, 0xff, 0x7f] });
    expect(writeRtp(packet)).toEqual(PLAIN);
  });

  it('loses its contributors, extension and padding, and nothing else', () => {
    expect(parseRtp(DRESSED)).toEqual(parseRtp(PLAIN));
  });

  it.each([
    ['too short', PLAIN.subarray(0, 11)],
    ['of another version', Buffer.from([0x40, ...PLAIN.subarray(1)])],
    ['with more contributors than bytes', Buffer.from([0x8f, ...PLAIN.subarray(1)])],
    ['with an extension that runs past its end', Buffer.concat([Buffer.from([0x90]), PLAIN.subarray(1, 12), Buffer.from('bede00ff', 'hex')])],
    ['with padding longer than itself', Buffer.from([0xa0, ...PLAIN.subarray(1, -1), 0xff])],
    ['with padding of nothing', Buffer.from([0xa0, ...PLAIN.subarray(1, -1), 0x00])],
    ['too large', Buffer.concat([PLAIN, Buffer.alloc(1500)])],
  ])('is none when it is %s', (_what, bytes) => { expect(parseRtp(bytes)).toBeNull(); });

  it('never breaks the parser, whatever it is', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const packet = parseRtp(Buffer.from(bytes));
      parseRtcp(Buffer.from(bytes));
      parseTelephoneEvent(bytes);
      if (packet) expect(parseRtp(writeRtp(packet))).toEqual(packet);
    }), { numRuns: 2_000 });
  });
});

describe('an RTCP report', () => {
  const block = { ssrc: 7, fractionLost: 12, cumulativeLost: 345, highestSequence: 65_540, jitter: 8, lastSenderReport: 0x12345678, delaySinceLastSenderReport: 65_536 };
  const sender = { ntpSeconds: 3_900_000_000, ntpFraction: 1, rtpTimestamp: 160, packets: 2, octets: 320 };

  it('is read as it was written, with a name, and a goodbye at the end', () => {
    const bytes = writeReport({ ssrc: 9, cname: 'a1b2c3d4', sender, blocks: [block], bye: true });
    expect(bytes.length % 4).toBe(0);
    expect(looksLikeRtcp(bytes)).toBe(true);
    expect(parseRtcp(bytes)).toEqual([{ type: 'sr', ssrc: 9, sender, reports: [block] }, { type: 'other', packetType: 202 }, { type: 'bye', ssrcs: [9] }]);
  });

  it('is a receiver report when nothing was sent', () => {
    expect(parseRtcp(writeReport({ ssrc: 9, cname: 'a', sender: null, blocks: [block] }))[0]).toEqual({ type: 'rr', ssrc: 9, reports: [block] });
  });

  it('ends where it is cut off', () => {
    const bytes = writeReport({ ssrc: 9, cname: 'abc', sender, blocks: [block] });
    for (let length = 0; length < bytes.length; length++) expect(parseRtcp(bytes.subarray(0, length)).length).toBeLessThan(2);
  });
});

it('a telephone event is read and written as RFC 4733 draws it', () => {
  const bytes = Uint8Array.of(11, 0x8a, 0x03, 0x20);
  expect(parseTelephoneEvent(bytes)).toEqual({ event: 11, end: true, volume: 10, duration: 800 });
  expect(writeTelephoneEvent(parseTelephoneEvent(bytes)!)).toEqual(bytes);
  expect(parseTelephoneEvent(bytes.subarray(0, 3))).toBeNull();
});
