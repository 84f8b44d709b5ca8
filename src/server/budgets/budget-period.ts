import { DateTime } from 'luxon';
import type { BudgetPeriod } from '../usage/tables';

export interface PeriodBounds { start: Date; end: Date }

/** The day, week (from Monday) or month of a time zone in which `at` is. */
export function budgetPeriodAt(at: Date, { period, timeZone }: { period: BudgetPeriod; timeZone: string }): PeriodBounds {
  const start = DateTime.fromJSDate(at, { zone: timeZone }).startOf(period);
  // `startOf` again: a day whose midnight the clocks skip begins later than the one before it plus a day.
  return { start: start.toJSDate(), end: start.plus({ [period]: 1 }).startOf(period).toJSDate() };
}
