import { describe, expect, it } from 'vitest';
import { budgetPeriodAt } from '@/server/budgets/budget-period';
import type { BudgetPeriod } from '@/server/usage/tables';

const bounds = (at: string, period: BudgetPeriod, timeZone: string) => {
  const { start, end } = budgetPeriodAt(new Date(at), { period, timeZone });
  return [start.toISOString(), end.toISOString()];
};

describe('the period of a budget', () => {
  it('is a day, a week from Monday or a month of the time zone', () => {
    expect(bounds('2030-01-31T23:30:00Z', 'day', 'Europe/Berlin')).toEqual(['2030-01-31T23:00:00.000Z', '2030-02-01T23:00:00.000Z']);
    expect(bounds('2030-01-31T23:30:00Z', 'month', 'Europe/Berlin')).toEqual(['2030-01-31T23:00:00.000Z', '2030-02-28T23:00:00.000Z']);
    expect(bounds('2030-01-31T23:30:00Z', 'month', 'America/Los_Angeles')).toEqual(['2030-01-01T08:00:00.000Z', '2030-02-01T08:00:00.000Z']);
    expect(bounds('2030-01-06T12:00:00Z', 'week', 'UTC')).toEqual(['2029-12-31T00:00:00.000Z', '2030-01-07T00:00:00.000Z']); // a Sunday
  });

  it('has 23 and 25 hours when the clocks change, and none of its midnight where they skip it', () => {
    expect(bounds('2030-03-10T20:00:00Z', 'day', 'America/Los_Angeles')).toEqual(['2030-03-10T08:00:00.000Z', '2030-03-11T07:00:00.000Z']);
    expect(bounds('2030-11-03T20:00:00Z', 'day', 'America/Los_Angeles')).toEqual(['2030-11-03T07:00:00.000Z', '2030-11-04T08:00:00.000Z']);
    expect(bounds('2024-09-08T12:00:00Z', 'day', 'America/Santiago')).toEqual(['2024-09-08T04:00:00.000Z', '2024-09-09T03:00:00.000Z']);
  });

  it.each(['day', 'week', 'month'] as const)('of a %s ends where the next one begins', (period) => {
    for (let at = Date.UTC(2024, 0, 1), n = 0; n < 400; n++, at += 86_400_000) {
      const one = budgetPeriodAt(new Date(at), { period, timeZone: 'America/Santiago' });
      expect(one.start.getTime()).toBeLessThanOrEqual(at);
      expect(one.end.getTime()).toBeGreaterThan(at);
      expect(budgetPeriodAt(one.end, { period, timeZone: 'America/Santiago' }).start).toEqual(one.end);
    }
  });
});
