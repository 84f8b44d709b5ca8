import type { Budget } from '@/server/budgets/contract';
import type { Tone } from '../../../_ui/badge';
import { formatUsd } from './money';

export const PERIODS: Record<Budget['period'], { label: string; every: string; next: string }> = {
  day: { label: 'Day', every: 'a day', next: 'the next day' },
  week: { label: 'Week', every: 'a week', next: 'Monday' },
  month: { label: 'Month', every: 'a month', next: 'the next month' },
};

export const STATES: Record<Budget['state'], { label: string; tone: Tone }> = {
  ok: { label: 'Within', tone: 'ok' },
  warned: { label: 'Warned', tone: 'warn' },
  stopped: { label: 'Stopped', tone: 'danger' },
};

/** One that only warns says so past its limit too. */
export const stateOf = ({ state, spent_usd: spent, limit_usd: limit }: Pick<Budget, 'state' | 'spent_usd' | 'limit_usd'>): { label: string; tone: Tone } =>
  (state === 'warned' && spent >= limit ? { label: 'Over', tone: 'danger' } : STATES[state]);

interface Plan {
  scope: Budget['scope'];
  /** The agent's or the key's name. */
  name: string;
  period: Budget['period'];
  limitUsd: number;
  warnPercent: number;
  stops: boolean;
}

const whose = ({ scope, name }: Plan): string => (scope === 'workspace' ? 'in this workspace' : scope === 'agent' ? `with ${name}` : `through the key ${name}`);

/** What will happen when it is reached. */
export function consequenceWords(plan: Plan): string[] {
  const { limitUsd, warnPercent, stops, period } = plan;
  const warning = warnPercent < 100 ? `At ${formatUsd((limitUsd * warnPercent) / 100)} it warns here and in the audit log.` : null;
  const limit = formatUsd(limitUsd);
  const end = stops
    ? `At ${limit} new turns ${whose(plan)} are refused until ${PERIODS[period].next}: programs get an error that names the budget, and whoever talks hears why. What is being answered is finished.`
    : `At ${limit} nothing stops ${whose(plan)}; it says so until ${PERIODS[period].next}.`;
  return [warning, end].filter((words) => words !== null);
}

/** For the banner: the gravest first. */
export function alarmsOf(budgets: readonly Budget[]): Budget[] {
  const rank = (budget: Budget): number => (budget.state === 'stopped' ? 2 : budget.state === 'warned' ? 1 : 0);
  return budgets.filter((budget) => rank(budget) > 0).toSorted((a, b) => rank(b) - rank(a) || b.spent_usd / b.limit_usd - a.spent_usd / a.limit_usd);
}

const subject = ({ scope, label }: Budget): string => (scope === 'workspace' ? 'the workspace' : scope === 'agent' ? `the agent ${label}` : `the key ${label}`);
const SPAN: Record<Budget['period'], string> = { day: 'today', week: 'this week', month: 'this month' };

export function alarmWords(budget: Budget): string {
  const spent = `has spent ${formatUsd(budget.spent_usd)} of ${formatUsd(budget.limit_usd)} ${SPAN[budget.period]}`;
  const who = subject(budget);
  return budget.state === 'stopped' ? `New turns are refused: ${who} ${spent}.` : `${who.charAt(0).toUpperCase()}${who.slice(1)} ${spent}.`; // what matters most is not cut off on a narrow screen
}
