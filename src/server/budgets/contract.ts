import { z } from 'zod';
import type { RouteMeta } from '../api/route-meta';
import type { BudgetPeriod, BudgetScope } from '../usage/tables';

export const budgetScope = z.enum(['workspace', 'agent', 'api_key'] as const satisfies readonly BudgetScope[]);
export const budgetPeriod = z.enum(['day', 'week', 'month'] as const satisfies readonly BudgetPeriod[]);

export const budget = z.object({
  id: z.uuid(),
  scope: budgetScope,
  agent_id: z.uuid().nullable(),
  api_key_id: z.uuid().nullable(),
  label: z.string().meta({ description: 'The agent’s, the key’s or the workspace’s name.' }),
  period: budgetPeriod.meta({ description: 'Of the workspace’s time zone; weeks begin on Monday.' }),
  limit_usd: z.number(),
  warn_percent: z.number().int(),
  stops: z.boolean(),
  state: z.enum(['ok', 'warned', 'stopped']).meta({ description: '`warned` from warn_percent on, `stopped` from the limit on if it stops.' }),
  spent_usd: z.number().meta({ description: 'In this period, of the records that have a price.' }),
  unpriced_records: z.number().int().meta({ description: 'Records of this period whose price nobody knows.' }),
  period_start: z.iso.datetime(),
  period_end: z.iso.datetime(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
}).meta({ id: 'Budget' });

export const listBudgetsOutput = z.object({ budgets: z.array(budget) }).meta({ id: 'Budgets' });

const limitUsd = z.number().positive('must be more than 0').max(1_000_000_000);
const warnPercent = z.number().int().min(1).max(100);

export const createBudgetInput = z.object({
  scope: budgetScope.default('workspace'),
  agent_id: z.uuid('must be a UUID').nullable().optional().meta({ description: 'With scope `agent`.' }),
  api_key_id: z.uuid('must be a UUID').nullable().optional().meta({ description: 'With scope `api_key`.' }),
  period: budgetPeriod.default('month'),
  limit_usd: limitUsd,
  warn_percent: warnPercent.default(80),
  stops: z.boolean().default(true).meta({ description: 'False: it warns and shows, and stops nothing.' }),
});

export const budgetIdInput = z.object({ budget_id: z.string() });

export const updateBudgetInput = z.object({
  budget_id: z.string(),
  period: budgetPeriod.optional(),
  limit_usd: limitUsd.optional(),
  warn_percent: warnPercent.optional(),
  stops: z.boolean().optional(),
});

const tags = ['Usage'];

export const listBudgetsRoute = {
  openapi: { method: 'GET', path: '/api/budgets', tags, summary: 'Budgets, with what is spent of each in its period' },
  auth: { role: 'viewer', scope: 'usage' },
} satisfies RouteMeta;

export const createBudgetRoute = {
  openapi: { method: 'POST', path: '/api/budgets', tags, summary: 'Limit what a workspace, an agent or an API key may spend' },
  status: 201,
  auth: { role: 'admin', scope: 'usage' },
  errors: ['conflict', 'not_found'],
} satisfies RouteMeta;

export const getBudgetRoute = {
  openapi: { method: 'GET', path: '/api/budgets/{budget_id}', tags, summary: 'A budget' },
  auth: { role: 'viewer', scope: 'usage' },
  errors: ['not_found'],
} satisfies RouteMeta;

export const updateBudgetRoute = {
  openapi: { method: 'PATCH', path: '/api/budgets/{budget_id}', tags, summary: 'Change a budget' },
  auth: { role: 'admin', scope: 'usage' },
  errors: ['conflict', 'not_found'],
} satisfies RouteMeta;

export const removeBudgetRoute = {
  openapi: { method: 'DELETE', path: '/api/budgets/{budget_id}', tags, summary: 'Remove a budget' },
  status: 204,
  auth: { role: 'admin', scope: 'usage' },
  errors: ['not_found'],
} satisfies RouteMeta;

export type Budget = z.infer<typeof budget>;
export type CreateBudgetInput = z.infer<typeof createBudgetInput>;
export type UpdateBudgetInput = z.infer<typeof updateBudgetInput>;
