import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FloodGuard } from '@/realtime/transport/sip/listener/flood-guard';

function guard(limits = {}) {
  const time = { now: 0 };
  return { time, guard: new FloodGuard({ limits, monotonic: () => time.now }) };
}
const ask = (flood: FloodGuard, times: number, address = '192.0.2.1', trusted = false) => Array.from({ length: times }, () => flood.admits(address, () => trusted)).filter(Boolean).length;

describe('who sends too many requests', () => {
  it('is ignored from the hundred and first in two seconds on, for five minutes', () => {
    const { time, guard: flood } = guard();
    expect(ask(flood, 150)).toBe(100);
    time.now = 299_000;
    expect(ask(flood, 1)).toBe(0);
    time.now = 300_001;
    expect(ask(flood, 1)).toBe(1);
  });

  it('is not who sends as many in a longer time, nor somebody else', () => {
    const { time, guard: flood } = guard();
    for (let second = 0; second < 60; second++) { time.now = second * 1_000; expect(ask(flood, 45)).toBe(45); }
    ask(flood, 200, '192.0.2.2');
    expect(ask(flood, 1)).toBe(1);
    expect(flood.banned).toBe(1);
  });

  it('is counted over any two seconds: half of them at the end of one and half at the beginning of the next are too many', () => {
    const { time, guard: flood } = guard();
    time.now = 1_900;
    expect(ask(flood, 100)).toBe(100);
    time.now = 2_100;
    expect(ask(flood, 1)).toBe(0);
    const later = guard();
    later.time.now = 1_900;
    expect(ask(later.guard, 100)).toBe(100);
    later.time.now = 3_901;
    expect(ask(later.guard, 100)).toBe(100);
    expect(later.guard.banned).toBe(0);
  });

  it('is let in by the last two seconds alone, whatever came when', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 1_500 }), fc.integer({ min: 1, max: 8 })), { maxLength: 60 }), (bursts) => {
      const { time, guard: flood } = guard({ maxRequests: 10 });
      const times: number[] = [];
      for (const [gap, count] of bursts) {
        time.now += gap;
        for (let index = 0; index < count; index += 1) {
          const recent = times.filter((at) => at > time.now - 2_000).length;
          const admitted = flood.admits('192.0.2.1', () => false);
          expect(admitted).toBe(recent < 10);
          if (!admitted) return;
          times.push(time.now);
        }
      }
    }));
  });

  it('is a trunk of ours much later: its address can be forged', () => {
    const { guard: flood } = guard();
    expect(ask(flood, 2_500, '192.0.2.1', true)).toBe(2_000);
  });

  it('costs a bounded amount of memory', () => {
    const { guard: flood } = guard({ maxAddresses: 10 });
    ask(flood, 150, 'first');
    for (let index = 0; index < 9; index++) ask(flood, 1, `other-${index}`);
    expect(ask(flood, 1, 'first')).toBe(0);
    for (let index = 0; index < 10; index++) ask(flood, 1, `more-${index}`);
    expect(ask(flood, 1, 'first')).toBe(1);
  });
});
