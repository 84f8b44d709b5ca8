import type { z } from 'zod';

const DEFAULT_WORDS = /^(Invalid input: expected|Too small: expected|Too big: expected)/;

/** zod's own words speak of its types; ours say what to send. Messages that a schema gives itself stay as they are. */
export function issueWords(issue: z.core.$ZodIssue): string {
  if (!DEFAULT_WORDS.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return issue.message.endsWith('received undefined') ? 'is required' : `must be ${TYPE_WORDS[issue.expected] ?? `of the type ${issue.expected}`}`;
    case 'too_small':
      return `must ${amount(issue.origin, issue.minimum, issue.inclusive === false ? 'more than' : 'at least')}`;
    case 'too_big':
      return `must ${amount(issue.origin, issue.maximum, issue.inclusive === false ? 'less than' : 'at most')}`;
    default:
      return issue.message;
  }
}

const TYPE_WORDS: Record<string, string> = {
  string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'an object', record: 'an object', null: 'null',
};

const UNITS: Record<string, [one: string, many: string]> = { string: ['character', 'characters'], array: ['entry', 'entries'], set: ['entry', 'entries'] };

function amount(origin: string, limit: number | bigint, how: string): string {
  const units = UNITS[origin];
  return units ? `have ${how} ${limit} ${units[Number(limit) === 1 ? 0 : 1]}` : `be ${how} ${limit}`;
}
