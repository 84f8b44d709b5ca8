import { describe, expect, it } from 'vitest';
import { pointTicks, valueTicks } from '@/app/_ui/chart-ticks';

describe('the values beside an axis', () => {
  it.each([
    [0.83, true, [0, 0.5, 1]],
    [0.3, true, [0, 0.1, 0.2, 0.3]],
    [0.0017, true, [0, 0.0005, 0.001, 0.0015, 0.002]],
    [7, false, [0, 2, 4, 6, 8]],
    [1_240, false, [0, 500, 1000, 1500]],
    [0, false, [0, 1]],
    [0, true, [0, 0.1]],
  ])('are round, equally far apart, and reach above %d', (most, fractional, ticks) => {
    const found = valueTicks(most, fractional);
    expect(found.at(-1)).toBeGreaterThanOrEqual(most);
    expect(found).toEqual(ticks);
  });
});

describe('the points that have a label', () => {
  const days = Array.from({ length: 30 }, (_, index) => index);
  const at = (widthPixels: number, points = days) => pointTicks(points, { widthPixels, labelPixels: 60, edgePixels: 12 });

  it.each([280, 340, 500, 760, 1_200, 1_900])('are equally far apart, and have room for their words, at %d pixels', (widthPixels) => {
    const ticks = at(widthPixels);
    const [first = 0, second = 0] = ticks;
    expect(first).toBe(0);
    expect(new Set(ticks.slice(1).map((tick, index) => tick - ticks[index]!)).size).toBe(1);
    expect(((second - first) * widthPixels) / days.length).toBeGreaterThanOrEqual(59);
    expect(ticks.length).toBeGreaterThan(2);
  });

  it('follow the hours of a day and the weeks of a quarter', () => {
    expect(at(340, days.slice(0, 24))).toEqual([0, 6, 12, 18]);
    expect(at(700, Array.from({ length: 90 }, (_, index) => index))).toEqual([0, 12, 24, 36, 48, 60, 72, 84]);
  });

  it('are all of them where there is room', () => {
    expect(at(700, days.slice(0, 7))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(at(300, [0])).toEqual([0]);
  });

  it('are none while there is no room at all', () => {
    expect(at(0).length).toBeLessThanOrEqual(1);
    expect(at(340, [])).toEqual([]);
  });

  it('leave out a last one that would be cut off', () => {
    expect(pointTicks(Array.from({ length: 61 }, (_, index) => index), { widthPixels: 300, labelPixels: 60, edgePixels: 0 })).toEqual([0, 14, 28, 42]); // 56 would be
  });
});
