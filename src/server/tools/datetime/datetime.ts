import { DateTime, IANAZone } from 'luxon';
import type { Clock } from '../../platform/clock';
import { failed, succeeded } from '../result';
import type { Tool } from '../tool';

const day = (at: DateTime) => `${at.toFormat('cccc, LLLL')} ${ordinal(at.day)}, ${at.year}`;

/** Each format as a sentence that can be spoken. */
const FORMATS: Record<string, (at: DateTime) => string> = {
  full: (at) => `It's ${day(at)} at ${at.toFormat('h:mm:ss a')} ${at.offsetNameLong ?? at.zoneName ?? ''}`.trim(),
  datetime: (at) => `It's ${day(at)} at ${at.toFormat('h:mm a')}`,
  date: (at) => `It's ${day(at)}`,
  time: (at) => `It's ${at.toFormat('h:mm a')}`,
  day: (at) => `It's ${at.toFormat('cccc')}`,
  iso: (at) => `It's ${at.toISO({ suppressMilliseconds: true }) ?? ''}`,
};

export function datetimeTool(clock: Clock): Tool {
  return {
    name: 'DATETIME',
    label: 'Checking the time',
    description: 'Get current date and time',
    parameters: {
      format: { type: 'string', required: false, default: 'datetime', description: `One of ${Object.keys(FORMATS).join(', ')}` },
      timezone: { type: 'string', required: false, description: 'IANA time zone such as America/New_York; the default is the local one' },
    },
    enabled: true,
    async execute(params, context) {
      const format = String(params.format).toLowerCase();
      const say = Object.hasOwn(FORMATS, format) ? FORMATS[format] : undefined;
      if (!say) return failed(`Unknown format '${format.slice(0, 40)}'. Use one of ${Object.keys(FORMATS).join(', ')}.`);
      const zone = String(params.timezone ?? context.timeZone).trim();
      if (!IANAZone.isValidZone(zone)) return failed(`Unknown time zone '${zone.slice(0, 60)}'. Use a name such as America/New_York.`);
      const at = DateTime.fromJSDate(clock.now(), { zone }).setLocale('en-US');
      return succeeded(say(at), { datetime: at.toISO({ suppressMilliseconds: true, includeOffset: true }), timezone: zone });
    },
  };
}

const RULES = new Intl.PluralRules('en', { type: 'ordinal' });
const SUFFIXES: Partial<Record<Intl.LDMLPluralRule, string>> = { one: 'st', two: 'nd', few: 'rd' };
const ordinal = (n: number) => `${n}${SUFFIXES[RULES.select(n)] ?? 'th'}`;
