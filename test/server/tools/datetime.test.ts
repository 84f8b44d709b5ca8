import { describe, expect, it } from 'vitest';
import { datetimeTool } from '@/server/tools';

const at = (iso: string) => datetimeTool({ now: () => new Date(iso), monotonic: () => 0 });
const context = { workspaceId: 'w', conversationId: null, timeZone: 'America/Los_Angeles', signal: new AbortController().signal };

describe('DATETIME', () => {
  it('answers in the documented words, with the offset in the data', async () => {
    expect(await at('2025-11-30T23:30:00Z').execute({ format: 'full', timezone: 'America/New_York' }, context)).toEqual({
      success: true,
      message: "It's Sunday, November 30th, 2025 at 6:30:00 PM Eastern Standard Time",
      data: { datetime: '2025-11-30T18:30:00-05:00', timezone: 'America/New_York' },
      error: null,
    });
  });

  it.each([
    ['datetime', "It's Sunday, November 30th, 2025 at 3:30 PM"],
    ['date', "It's Sunday, November 30th, 2025"],
    ['time', "It's 3:30 PM"],
    ['TIME', "It's 3:30 PM"],
    ['day', "It's Sunday"],
    ['iso', "It's 2025-11-30T15:30:00-08:00"],
  ])('speaks the format %s in the default zone', async (format, message) => {
    expect(await at('2025-11-30T23:30:00Z').execute({ format }, context)).toMatchObject({ success: true, message, data: { timezone: 'America/Los_Angeles' } });
  });

  it.each([
    ['2025-03-09T09:59:00Z', 'America/Los_Angeles', '1:59:00 AM Pacific Standard Time'],
    ['2025-03-09T10:00:00Z', 'America/Los_Angeles', '3:00:00 AM Pacific Daylight Time'],
    ['2025-11-02T08:30:00Z', 'America/Los_Angeles', '1:30:00 AM Pacific Daylight Time'],
    ['2025-11-02T09:30:00Z', 'America/Los_Angeles', '1:30:00 AM Pacific Standard Time'],
    ['2025-06-01T00:00:00Z', 'Asia/Kathmandu', '5:45:00 AM'],
    ['2025-06-01T00:00:00Z', 'Asia/Tokyo', '9:00:00 AM Japan Standard Time'],
    ['2025-12-31T12:00:00Z', 'Pacific/Kiritimati', 'January 1st, 2026 at 2:00:00 AM'],
  ])('knows that %s in %s is %s', async (iso, timezone, words) => {
    expect((await at(iso).execute({ format: 'full', timezone }, context)).message).toContain(words);
  });

  it.each([[1, '1st'], [2, '2nd'], [3, '3rd'], [4, '4th'], [11, '11th'], [12, '12th'], [13, '13th'], [21, '21st'], [22, '22nd'], [23, '23rd'], [31, '31st']])('says day %i as %s', async (day, said) => {
    expect((await at(`2025-12-${String(day).padStart(2, '0')}T20:00:00Z`).execute({ format: 'date' }, context)).message).toContain(` ${said},`);
  });

  it('works in every zone this machine knows', async () => {
    for (const timezone of Intl.supportedValuesOf('timeZone')) {
      const { success, data } = await at('2025-07-01T12:00:00Z').execute({ format: 'full', timezone }, context);
      expect(success).toBe(true);
      expect(new Date(String(data?.datetime)).toISOString()).toBe('2025-07-01T12:00:00.000Z');
    }
  });

  it.each([[{ format: 'roman' }, "Unknown format 'roman'"], [{ format: 'constructor' }, 'Unknown format'], [{ timezone: 'Mars/Olympus' }, "Unknown time zone 'Mars/Olympus'"], [{ timezone: '../etc' }, 'Unknown time zone']])('refuses %o clearly', async (params, words) => {
    const result = await at('2025-07-01T12:00:00Z').execute({ format: 'full', ...params }, context);
    expect(result.success).toBe(false);
    expect(result.error).toContain(words);
  });
});
