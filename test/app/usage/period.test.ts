import { describe, expect, it } from 'vitest';
import { boundsBefore, boundsOf, daysOf, lastDays, lastMonth, periodBefore, periodOf, periodWords, thisMonth, todayIn } from '@/app/(console)/usage/_lib/period';

const now = new Date('2026-11-21T20:30:20Z');

describe('periods of the usage pages', () => {
  it('know which day it is in the workspace, not where the browser is', () => {
    expect(todayIn('Pacific/Auckland', now)).toBe('2026-11-22');
    expect(todayIn('America/Los_Angeles', now)).toBe('2026-11-21');
  });

  it('begin and end at the workspace’s midnight, and one that lasts ends within the minute', () => {
    expect(boundsOf({ from: '2026-11-01', to: '2026-11-02' }, 'Europe/Berlin', now)).toEqual({ from: '2026-10-31T23:00:00.000Z', to: '2026-11-02T23:00:00.000Z' });
    expect(boundsOf({ from: '2026-11-21', to: '2026-11-21' }, 'Europe/Berlin', now)).toEqual({ from: '2026-11-20T23:00:00.000Z', to: '2026-11-21T20:31:00.000Z' });
  });

  it('follow the clocks when they change', () => {
    expect(boundsOf({ from: '2026-03-29', to: '2026-03-29' }, 'Europe/Berlin', now)).toEqual({ from: '2026-03-28T23:00:00.000Z', to: '2026-03-29T22:00:00.000Z' });
    expect(boundsOf({ from: '2026-10-25', to: '2026-10-25' }, 'Europe/Berlin', now)).toEqual({ from: '2026-10-24T22:00:00.000Z', to: '2026-10-25T23:00:00.000Z' });
    expect(boundsOf({ from: '2026-11-01', to: '2026-11-01' }, 'America/New_York', now)).toEqual({ from: '2026-11-01T04:00:00.000Z', to: '2026-11-02T05:00:00.000Z' });
  });

  it('are measured against as much of the time before', () => {
    expect(boundsBefore({ from: '2026-11-11', to: '2026-11-20' }, 'UTC', now)).toEqual({ from: '2026-11-01T00:00:00.000Z', to: '2026-11-11T00:00:00.000Z' });
    expect(boundsBefore({ from: '2026-11-20', to: '2026-11-21' }, 'UTC', now)).toEqual({ from: '2026-11-18T00:00:00.000Z', to: '2026-11-19T20:31:00.000Z' });
    expect(periodBefore({ from: '2026-03-01', to: '2026-03-31' })).toEqual({ from: '2026-01-29', to: '2026-02-28' });
  });

  it('are mended when the address says what cannot be', () => {
    const today = '2026-11-21';
    const usual = { from: '2026-10-23', to: today };
    expect(periodOf({ from: undefined, to: undefined }, today)).toEqual(usual);
    expect(periodOf({ from: 'yesterday', to: '2026-02-30' }, today)).toEqual(usual);
    expect(periodOf({ from: '2026-11-01', to: '2031-01-01' }, today)).toEqual({ from: '2026-11-01', to: today });
    expect(periodOf({ from: '2026-11-10', to: '2026-11-05' }, today)).toEqual({ from: '2026-10-07', to: '2026-11-05' });
    expect(daysOf(periodOf({ from: '2001-01-01', to: undefined }, today))).toBe(366);
  });

  it('have presets that cross months and years', () => {
    expect(lastMonth('2026-01-09')).toEqual({ from: '2025-12-01', to: '2025-12-31' });
    expect(thisMonth('2026-11-21')).toEqual({ from: '2026-11-01', to: '2026-11-21' });
    expect(lastDays('2026-03-01', 2)).toEqual({ from: '2026-02-28', to: '2026-03-01' });
    expect(periodWords({ from: '2025-12-01', to: '2025-12-31' }, '2026-01-09')).toBe('Dec 1, 2025 – Dec 31, 2025');
    expect(periodWords({ from: '2026-01-09', to: '2026-01-09' }, '2026-01-09')).toBe('Jan 9');
  });
});
