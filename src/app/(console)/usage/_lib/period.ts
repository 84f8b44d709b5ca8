import { dayOf, type DateRange } from '../../../_ui/date-range';

/** Whole days, both ends belong to it. */
export interface Period {
  from: string;
  to: string;
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Noon: no change of the clock moves it to another day. */
const noonOf = (day: string): Date | null => {
  const [, year, month, date] = DAY.exec(day) ?? [];
  const at = new Date(Number(year), Number(month) - 1, Number(date), 12);
  return day === (Number.isNaN(at.getTime()) ? '' : dayOf(at)) ? at : null;
};

const shifted = (day: Date, days: number): Date => new Date(day.getFullYear(), day.getMonth(), day.getDate() + days, 12);

export const daysBack = (now: Date, days: number): Period => ({ from: dayOf(shifted(now, 1 - days)), to: dayOf(now) });

export const thisMonth = (now: Date): Period => ({ from: dayOf(new Date(now.getFullYear(), now.getMonth(), 1, 12)), to: dayOf(now) });

export const lastMonth = (now: Date): Period => ({ from: dayOf(new Date(now.getFullYear(), now.getMonth() - 1, 1, 12)), to: dayOf(new Date(now.getFullYear(), now.getMonth(), 0, 12)) });

export const DEFAULT_DAYS = 30;
const LONGEST_DAYS = 366;

const daysBetween = (from: Date, to: Date): number => Math.round((to.getTime() - from.getTime()) / 86_400_000) + 1;

/** What is written in the address as a period that can be shown: a missing or impossible end is mended, not refused. */
export function periodOf({ from, to }: DateRange, now: Date): Period {
  const today = shifted(now, 0);
  const asked = { from: from === undefined ? null : noonOf(from), to: to === undefined ? null : noonOf(to) };
  const end = asked.to === null || asked.to > today ? today : asked.to;
  const start = asked.from === null || asked.from > end ? shifted(end, 1 - DEFAULT_DAYS) : asked.from;
  return { from: dayOf(daysBetween(start, end) > LONGEST_DAYS ? shifted(end, 1 - LONGEST_DAYS) : start), to: dayOf(end) };
}

export function daysOf({ from, to }: Period): number {
  const [start, end] = [noonOf(from), noonOf(to)];
  return start && end ? daysBetween(start, end) : 0;
}

/** The period of the same length that ended when this one began. */
export function periodBefore(period: Period): Period {
  const start = noonOf(period.from) ?? new Date();
  return { from: dayOf(shifted(start, -daysOf(period))), to: dayOf(shifted(start, -1)) };
}
