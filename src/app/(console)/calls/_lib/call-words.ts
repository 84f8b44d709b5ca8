import type { CallEvent, CallSummary } from '@/server/calls/contract';
import type { Tone } from '../../../_ui/badge';

export type CallStateName = CallSummary['state'];

export const STATE_WORDS: Record<CallStateName, { label: string; tone: Tone; live: boolean }> = {
  queued: { label: 'Waiting', tone: 'neutral', live: true },
  dialing: { label: 'Dialling', tone: 'warn', live: true },
  ringing: { label: 'Ringing', tone: 'warn', live: true },
  answered: { label: 'In the call', tone: 'ok', live: true },
  completed: { label: 'Completed', tone: 'ok', live: false },
  no_answer: { label: 'No answer', tone: 'warn', live: false },
  busy: { label: 'Busy', tone: 'warn', live: false },
  failed: { label: 'Failed', tone: 'danger', live: false },
  cancelled: { label: 'Cancelled', tone: 'neutral', live: false },
  unknown: { label: 'Unknown', tone: 'danger', live: false },
};

export const isLive = (state: CallStateName): boolean => STATE_WORDS[state].live;

/** Why it ended, where the state alone does not say it. */
const END_REASONS: Record<string, string> = {
  hung_up_by_us: 'Parley hung up',
  hung_up_by_them: 'The other side hung up',
  client_closed: 'The other side hung up',
  disconnected: 'The connection was lost',
  completed: 'Everything was said',
  busy: 'The line was busy',
  no_answer: 'Nobody picked up in time',
  cancelled: 'Cancelled before it was answered',
  declined: 'The other side declined',
  not_found: 'There is no such number',
  forbidden: 'The trunk may not call this number',
  unavailable: 'The number cannot be reached now',
  unreachable: 'The trunk did not answer',
  media_refused: 'No audio format in common',
  media_lost: 'No sound arrived any more',
  not_confirmed: 'The answer was never confirmed',
  closed_by_operator: 'Hung up from the console or the API',
  silent: 'Nobody said anything any more',
  budget_used_up: 'A budget is used up',
  max_duration: 'It reached its longest time',
  queue_expired: 'It waited too long in line',
  node_lost: 'The process that held it stopped',
  storage_unavailable: 'The database could not keep up',
  server_shutdown: 'Parley was stopped',
  restarted: 'Parley was restarted',
};

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const endReasonWords = (reason: string): string => END_REASONS[reason] ?? sentence(reason.replaceAll('_', ' '));

/** `sip:200@pbx.example` is 200 to people. */
export const shortNumber = (extension: string): string => extension.replace(/^sips?:/i, '').replace(/@.*$/, '');

/** Who is on the other side. */
export const otherParty = ({ extension, remote_name }: Pick<CallSummary, 'extension' | 'remote_name'>): string => remote_name || shortNumber(extension) || 'Withheld number';

export const callHref = ({ id }: { id: string }): string => `/calls/${id}`;

/** 1st, 2nd, 3rd, 4th, 11th, 21st. */
export function ordinal(position: number): string {
  const suffix = { one: 'st', two: 'nd', few: 'rd', other: 'th' } as Partial<Record<Intl.LDMLPluralRule, string>>;
  return `${position}${suffix[new Intl.PluralRules('en', { type: 'ordinal' }).select(position)]}`;
}

/** One line of the ladder. Messages on the wire keep their own names. */
export function callEventWords({ kind, summary }: Pick<CallEvent, 'kind' | 'summary'>): string {
  if (kind === 'state') return (STATE_WORDS as Partial<Record<string, { label: string }>>)[summary]?.label ?? sentence(summary.replaceAll('_', ' '));
  if (kind === 'key') return /^[\dA-D*#]$/.test(summary) ? `Key ${summary}` : sentence(summary);
  return kind === 'sip' ? summary : sentence(summary.replaceAll('_', ' '));
}
