import { describe, expect, it } from 'vitest';
import { stackOf } from '@/app/(console)/usage/_lib/stack';

const days = ['2026-11-01T00:00:00.000Z', '2026-11-02T00:00:00.000Z'];
const [first = '', second = ''] = days;

describe('the stacks of the cost chart', () => {
  it('put the dearest first, and what is beyond the colours together', () => {
    const shares = ['a', 'b', 'c', 'd'].map((key, index) => ({ at: first, key, value: 4 - index }));
    const { series, points } = stackOf(days, [...shares, { at: second, key: 'd', value: 0.5 }], (key) => key.toUpperCase(), 2);
    expect(series.map(({ key, label }) => [key, label])).toEqual([['s0', 'A'], ['s1', 'B'], ['rest', '2 more']]);
    expect(points).toEqual([{ at: first, s0: 4, s1: 3, rest: 3 }, { at: second, s0: 0, s1: 0, rest: 0.5 }]);
  });

  it('leave out what cost nothing', () => {
    const { series } = stackOf(days, [{ at: first, key: 'free', value: 0 }, { at: first, key: 'paid', value: 1 }], (key) => key);
    expect(series.map(({ label }) => label)).toEqual(['paid']);
  });

  it('survive a group that is called as a field of theirs is', () => {
    const { points } = stackOf(days, [{ at: first, key: 'at', value: 2 }], (key) => key);
    expect(points[0]).toEqual({ at: first, s0: 2 });
  });

  it('find the bucket whichever way its time is written', () => {
    const { points } = stackOf([first], [{ at: '2026-11-01T01:00:00+01:00', key: 'a', value: 2 }], (key) => key);
    expect(points[0]?.s0).toBe(2);
  });
});
