import type { DateRange } from '../../../_ui/date-range';

/** Whole days of the workspace's time zone, as `2030-01-31`; both ends belong to it. */
export interface Period {
  from: string;
  to: string;
}

const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAY_MS = 86_400_000;

export const DEFAULT_DAYS = 30;
const LONGEST_DAYS = 366;

/** Days as numbers to count with; no time zone is involved. Null for what is no day. */
function numberOf(day: string | undefined): number | null {
  const [, year, month, date] = DAY.exec(day ?? '') ?? [];
  if (day === undefined || year === undefined) return null;
  const number = Date.UTC(Number(year), Number(month) - 1, Number(date)) / DAY_MS;
  return dayOf(number) === day && Number(year) >= 2000 ? number : null;
}

const dayOf = (number: number): string => {
  const at = new Date(number * DAY_MS);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString().slice(0, 10);
};

const knownNumberOf = (day: string): number => numberOf(day) ?? 0;

/** Which day it is there. */
export function todayIn(timeZone: string, now: Date): string {
  const parts = new Map(new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).formatToParts(now).map(({ type, value }) => [type, value]));
  return `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
}

/** By how much the clocks there are ahead of UTC at that moment. */
function offsetMs(timeZone: string, at: number): number {
  const format = new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day, part.hour, part.minute, part.second) - Math.floor(at / 1000) * 1000;
}

/** When that day begins there. Asked twice: the clocks may change between UTC's midnight and the one meant. */
function beginningOf(day: number, timeZone: string): Date {
  const wall = day * DAY_MS;
  const guess = wall - offsetMs(timeZone, wall);
  return new Date(wall - offsetMs(timeZone, guess));
}

export const lastDays = (today: string, days: number): Period => ({ from: dayOf(knownNumberOf(today) - days + 1), to: today });

export const thisMonth = (today: string): Period => ({ from: `${today.slice(0, 8)}01`, to: today });

export function lastMonth(today: string): Period {
  const to = dayOf(knownNumberOf(`${today.slice(0, 8)}01`) - 1);
  return { from: `${to.slice(0, 8)}01`, to };
}

/** What the address says, as a period that can be shown: a missing or impossible end is mended, not refused. */
export function periodOf({ from, to }: DateRange, today: string): Period {
  const last = knownNumberOf(today);
  const end = Math.min(numberOf(to) ?? last, last);
  const asked = numberOf(from);
  const start = asked === null || asked > end ? end - DEFAULT_DAYS + 1 : asked;
  return { from: dayOf(Math.max(start, end - LONGEST_DAYS + 1)), to: dayOf(end) };
}

export const daysOf = ({ from, to }: Period): number => knownNumberOf(to) - knownNumberOf(from) + 1;

/** Whether it goes on while it is looked at. */
export const isLasting = (period: Period, today: string): boolean => period.to >= today;

export interface Bounds {
  from: string;
  to: string;
}

/** It moves only so often, so that asking again is the same question. */
const ROUND_MS = 60_000;

/** The period in moments; one that lasts still ends now. */
export function boundsOf({ from, to }: Period, timeZone: string, now: Date): Bounds {
  const end = Math.min(beginningOf(knownNumberOf(to) + 1, timeZone).getTime(), (Math.floor(now.getTime() / ROUND_MS) + 1) * ROUND_MS);
  return { from: beginningOf(knownNumberOf(from), timeZone).toISOString(), to: new Date(end).toISOString() };
}

/** As many days before, and of its last day as much as has passed of this period's: half a day is not measured against a whole one. */
export function boundsBefore(period: Period, timeZone: string, now: Date): Bounds {
  const start = knownNumberOf(period.from);
  const bounds = boundsOf(period, timeZone, now);
  const from = beginningOf(start - daysOf(period), timeZone);
  const lengthMs = new Date(bounds.to).getTime() - new Date(bounds.from).getTime();
  const isOver = bounds.to === beginningOf(knownNumberOf(period.to) + 1, timeZone).toISOString();
  return { from: from.toISOString(), to: isOver ? bounds.from : new Date(Math.min(from.getTime() + lengthMs, new Date(bounds.from).getTime())).toISOString() };
}

const shortDay = (day: string, year: boolean): string =>
  new Date(knownNumberOf(day) * DAY_MS).toLocaleDateString('en', { timeZone: 'UTC', day: 'numeric', month: 'short', ...(year ? { year: 'numeric' } : {}) });

/** `3 Nov – 21 Nov`, with the year where it is not the present one. */
export function periodWords({ from, to }: Period, today: string): string {
  const year = from.slice(0, 4) !== today.slice(0, 4);
  return from === to ? shortDay(from, year) : `${shortDay(from, year)} – ${shortDay(to, year)}`;
}

export const periodBefore = (period: Period): Period => {
  const start = knownNumberOf(period.from);
  return { from: dayOf(start - daysOf(period)), to: dayOf(start - 1) };
};
