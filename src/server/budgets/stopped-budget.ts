import { DateTime } from 'luxon';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { readBudgets, type BudgetState } from './read-budgets';

export interface Spender {
  workspaceId: string;
  agentId: string | null;
  apiKeyId?: string | null | undefined;
}

/** Why a spender may begin nothing, of budgets as they were read. */
export function stoppedBudget(states: readonly BudgetState[], spender: Spender, now: Date): AppError | undefined {
  const stopped = states.find((one) => one.state === 'stopped' && one.end > now && covers(one, spender));
  return stopped && budgetUsedUp(stopped, now);
}

/** As the database has it at this moment, for what begins seldom, such as a call. */
export const findStoppedBudget = async (db: Database, spender: Spender): Promise<AppError | undefined> =>
  stoppedBudget(await readBudgets(db, spender), spender, new Date());

function covers({ row }: BudgetState, { agentId, apiKeyId }: Spender): boolean {
  switch (row.scope) {
    case 'workspace': return true;
    case 'agent': return row.agentId === agentId;
    case 'api_key': return row.apiKeyId === (apiKeyId ?? null);
  }
}

const OF_PERIOD = { day: 'daily', week: 'weekly', month: 'monthly' } as const;
const SCOPE_NAME = { workspace: 'workspace', agent: 'agent', api_key: 'API key' } as const;

/** As people of the workspace say it: `00:00 on 1 December 2026 (Europe/Berlin)`. Programs have `resets_at` and Retry-After. */
const whenWords = (at: Date, timeZone: string): string => `${DateTime.fromJSDate(at, { zone: timeZone }).setLocale('en').toFormat("HH:mm 'on' d MMMM yyyy")} (${timeZone})`;

function budgetUsedUp({ row, label, end, timeZone }: BudgetState, now: Date): AppError {
  return new AppError('quota_exceeded', `The ${OF_PERIOD[row.period]} budget of the ${SCOPE_NAME[row.scope]} "${label}" is used up. It begins anew at ${whenWords(end, timeZone)}.`, {
    details: { reason: 'budget', budget_id: row.id, resets_at: end.toISOString() },
    retryAfterSeconds: Math.max(1, Math.ceil((end.getTime() - now.getTime()) / 1000)),
  });
}

/** Told from other quotas, because who talks is told so in a sentence of its own. */
export const isBudgetUsedUp = (error: unknown): boolean => error instanceof AppError && error.details?.reason === 'budget';
