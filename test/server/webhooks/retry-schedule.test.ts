import { describe, expect, it } from 'vitest';
import { secondsToNextTry } from '@/server/webhooks/retry-schedule';

describe('the next try', () => {
  it('waits longer each time, and after the tenth there is none', () => {
    const waits = Array.from({ length: 11 }, (_, index) => secondsToNextTry(index + 1, { random: () => 0 }));
    expect(waits).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, null, null]);
  });

  it('comes up to a tenth later, so that receivers are not met by all at once', () => {
    expect(secondsToNextTry(2, { random: () => 1 })).toBeCloseTo(330);
    expect(secondsToNextTry(2)).toBeGreaterThanOrEqual(300);
  });

  it('waits as long as the receiver asks, a day at most, and never less than planned', () => {
    const random = () => 0;
    expect(secondsToNextTry(1, { random, retryAfterSeconds: 120 })).toBe(120);
    expect(secondsToNextTry(3, { random, retryAfterSeconds: 1 })).toBe(1_800);
    expect(secondsToNextTry(1, { random, retryAfterSeconds: 999_999 })).toBe(86_400);
    expect(secondsToNextTry(10, { random, retryAfterSeconds: 5 })).toBeNull();
  });
});
