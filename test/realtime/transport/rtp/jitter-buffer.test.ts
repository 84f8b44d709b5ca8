import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JitterBuffer } from '@/realtime/transport/rtp/jitter-buffer';
import { ReceiveStatistics } from '@/realtime/transport/rtp/receive-statistics';
import { join, purity, tone, trimSilence } from '@test/support/telephone/tones';

interface Arrival { atMs: number; timestamp: number; samples: Int16Array }

/** Packets of 20 ms of a tone, which arrive when `delay` says (null: never). */
function packets(count: number, delay: (index: number) => number | null, options: { ms?: number; from?: number } = {}): Arrival[] {
  const { ms = 20, from = 0xffff_f000 } = options; // wraps on the way
  return Array.from({ length: count }, (_, index) => ({ index, wait: delay(index) })).filter(({ wait }) => wait !== null)
    .map(({ index, wait }) => ({ atMs: index * ms + wait!, timestamp: (from + index * ms * 8) >>> 0, samples: tone(440, ms, { fromMs: index * ms }) }))
    .sort((a, b) => a.atMs - b.atMs);
}

function play(arrivals: Arrival[], options: { untilMs: number; offsetMs?: number } ) {
  const buffer = new JitterBuffer();
  const heard: Int16Array[] = [];
  const waiting = [...arrivals];
  for (let now = options.offsetMs ?? 7; now < options.untilMs; now += 20) {
    while (waiting[0] && waiting[0].atMs <= now) { const { timestamp, samples, atMs } = waiting.shift()!; buffer.put(timestamp, samples, atMs); }
    const frame = buffer.pull();
    if (frame) heard.push(frame);
  }
  return { buffer, heard: trimSilence(join(heard)) };
}

describe('the jitter buffer', () => {
  it('plays what came in time exactly as it was', () => {
    const { buffer, heard } = play(packets(100, () => 30), { untilMs: 2_500 });
    expect(buffer.counts).toMatchObject({ late: 0, skipped: 0, duplicate: 0 });
    expect(purity(heard.subarray(0, 1_950 * 8), 440)).toBeGreaterThan(0.999);
    expect(heard.length).toBeGreaterThan(1_950 * 8);
  });

  it('puts packets back in order', () => {
    const { buffer, heard } = play(packets(100, (index) => (index % 5 === 0 ? 55 : 30)), { untilMs: 2_500 });
    expect(purity(heard, 440)).toBeGreaterThan(0.99);
    expect(buffer.counts.late).toBeLessThanOrEqual(2);
  });

  it.each([10, 30, 40, 60])('takes packets of %s ms', (ms) => {
    const { buffer, heard } = play(packets(Math.ceil(2_000 / ms), () => 30, { ms }), { untilMs: 2_600 });
    expect(purity(heard, 440)).toBeGreaterThan(0.98);
    expect(buffer.counts.late).toBe(0);
  });

  it('grows with the jitter and comes back from it', () => {
    const rough = packets(400, (index) => 30 + ((index * 37) % 90));
    const calm = packets(1_500, () => 30, { from: (0xffff_f000 + 400 * 160) >>> 0 }).map((arrival) => ({ ...arrival, atMs: arrival.atMs + 8_000 }));
    const during = play(rough, { untilMs: 8_000 });
    expect(during.buffer.targetMs).toBeGreaterThanOrEqual(100);
    expect(during.buffer.counts.late).toBeLessThan(12);
    const after = play([...rough, ...calm], { untilMs: 38_000 });
    expect(after.buffer.targetMs).toBeLessThanOrEqual(60);
    expect(after.buffer.counts.skipped).toBeGreaterThan(0);
  });

  it('hides five per cent of loss', () => {
    const { buffer, heard } = play(packets(500, (index) => (index % 20 === 7 ? null : 30)), { untilMs: 10_500 });
    expect(buffer.counts.concealed).toBeGreaterThanOrEqual(25);
    expect(buffer.counts.concealed).toBeLessThan(35);
    expect(purity(heard, 440)).toBeGreaterThan(0.85);
  });

  it('goes quiet when the sender stops, and goes on with it', () => {
    const second = packets(50, () => 30, { from: 1_000_000 }).map((arrival) => ({ ...arrival, atMs: arrival.atMs + 6_000 }));
    const { heard } = play([...packets(50, () => 30), ...second], { untilMs: 8_000 });
    expect(heard.length).toBeGreaterThan(1_900 * 8);
  });

  it('keeps up with a sender whose clock is faster', () => {
    const { buffer } = play(packets(3_000, (index) => 30 - index * 0.06), { untilMs: 60_000 }); // 3,000 ppm
    expect(buffer.counts.skipped).toBeGreaterThan(4);
    expect(buffer.bufferedMs).toBeLessThan(160);
  });

  it('is not thrown off by one packet from another time line', () => {
    const stray = { atMs: 1_015, timestamp: 5_000_000, samples: tone(2_000, 20) };
    const { buffer, heard } = play([...packets(100, () => 30), stray].sort((a, b) => a.atMs - b.atMs), { untilMs: 2_500 });
    expect(purity(heard.subarray(0, 1_950 * 8), 440)).toBeGreaterThan(0.999);
    expect(buffer.counts.late).toBe(1);
  });

  it('holds a bounded amount, whatever comes', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat({ max: 0xffff_ffff }), fc.nat({ max: 1_400 }), fc.boolean()), { maxLength: 600 }), (all) => {
      const buffer = new JitterBuffer();
      all.forEach(([timestamp, length, pull], index) => {
        buffer.put(index % 3 === 0 ? timestamp : (index * 160) >>> 0, new Int16Array(length), index * 5);
        if (pull) expect(buffer.pull()?.length ?? 160).toBe(160);
        expect(buffer.bufferedMs).toBeLessThanOrEqual(2_500);
      });
    }), { numRuns: 200 });
  });
});

describe('reception', () => {
  it('is counted as RFC 3550 counts it, over a wrapping sequence', () => {
    const statistics = new ReceiveStatistics();
    for (let index = 0; index < 100; index++) if (index % 10 !== 3) statistics.take((65_500 + index) & 0xffff, index * 160, index * 20);
    expect(statistics.report()).toMatchObject({ received: 90, expected: 100, lost: 10, fractionLost: Math.floor((10 * 256) / 100), highestSequence: 65_599, jitter: 0 });
    expect(statistics.report()).toMatchObject({ fractionLost: 0 });
  });

  it('does not believe one packet from far away, but two of them', () => {
    const statistics = new ReceiveStatistics();
    for (let index = 0; index < 10; index++) statistics.take(index, index * 160, index * 20);
    expect(statistics.take(30_000, 0, 200)).toBe(false);
    expect(statistics.take(10, 1_600, 200)).toBe(true);
    expect([statistics.take(40_000, 0, 220), statistics.take(40_001, 160, 240)]).toEqual([false, true]);
    expect(statistics.lost).toBe(0);
  });
});
