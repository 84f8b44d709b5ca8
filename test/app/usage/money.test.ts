import { describe, expect, it } from 'vitest';
import { formatAmount, formatMinutes, percentWords } from '@/app/(console)/usage/_lib/amounts';
import { changeOf } from '@/app/(console)/usage/_lib/change';
import { formatPrice, formatUsd, formatUsdAxis } from '@/app/(console)/usage/_lib/money';

describe('money in words', () => {
  it('never shows what cost something as nothing', () => {
    expect([0, 0.0000012, 0.00042, 0.0099, 0.01, 1.005, 1204.174, 48_213.7].map(formatUsd))
      .toEqual(['$0.00', '< $0.0001', '$0.00042', '$0.0099', '$0.01', '$1.01', '$1,204.17', '$48,214']);
  });

  it('keeps every digit of a price', () => {
    expect([2.5, 0.006, 15, 0.075].map(formatPrice)).toEqual(['$2.50', '$0.006', '$15.00', '$0.075']);
  });

  it.each([
    [[0, 0.0005, 0.001], ['$0', '$0.0005', '$0.0010']],
    [[0, 0.1, 0.2, 0.30000000000000004], ['$0', '$0.10', '$0.20', '$0.30']],
    [[0, 0.5, 1, 1.5], ['$0', '$0.50', '$1.00', '$1.50']],
    [[0, 5, 10], ['$0', '$5', '$10']],
    [[0, 500, 1000, 1500], ['$0', '$0.5k', '$1k', '$1.5k']],
    [[0, 2_000_000], ['$0', '$2,000k']],
  ])('has beside an axis as many digits as its steps, on all of them: %j', (ticks, words) => {
    expect(ticks.map((tick) => formatUsdAxis(tick, ticks[1]!))).toEqual(words);
  });
});

describe('amounts', () => {
  it('are exact while they are small', () => {
    expect([9312, 12_400, 3_140_000].map(formatAmount)).toEqual(['9,312', '12.4K', '3.1M']);
    expect([42.4, 210, 72_240].map(formatMinutes)).toEqual(['42 s', '3.5 min', '1,204 min']);
  });

  it('as shares never round to nothing, nor to all', () => {
    expect([0, 0.0003, 0.424, 0.998, 1, 1.5].map(percentWords)).toEqual(['0 %', '< 1 %', '42 %', '99 %', '100 %', '150 %']);
  });
});

describe('a change', () => {
  it('is a share of what it was before, a multiple when it is large, and nothing beside nothing', () => {
    expect(changeOf(11, 10)).toEqual({ words: '+10 %', direction: 'more' });
    expect(changeOf(6, 10)).toEqual({ words: '−40 %', direction: 'less' });
    expect(changeOf(32, 10)).toEqual({ words: '3.2 times as much', direction: 'more' });
    expect(changeOf(10.01, 10)).toEqual({ words: 'as before', direction: 'same' });
    expect(changeOf(5, 0)).toEqual({ words: null, direction: 'more' });
    expect(changeOf(0, 0)).toEqual({ words: null, direction: 'same' });
  });
});
