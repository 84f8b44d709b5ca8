import { and, eq, sql } from 'drizzle-orm';
import { agentNotFound } from '../agents';
import { agents } from '../agents/tables';
import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import { apiKeys } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { AppError, invalidField } from '../platform/errors';
import { isUuid } from '../platform/ids';
import { budgets } from '../usage/tables';
import type { Budget, CreateBudgetInput, UpdateBudgetInput } from './contract';
import { presentBudget, readBudgets } from './read-budgets';

export const budgetNotFound = (id: string): AppError => new AppError('not_found', `Budget ${id} not found`);

export async function getBudget(db: Database, { workspaceId, id }: { workspaceId: string; id: string }): Promise<Budget> {
  const found = (await readBudgets(db, { workspaceId })).find(({ row }) => row.id === id);
  if (!found) throw budgetNotFound(id);
  return presentBudget(found);
}

const detailsOf = ({ scope, period, limit_usd, warn_percent, stops }: Budget) => ({ scope, period, limit_usd, warn_percent, stops });

const taken = (): AppError => new AppError('conflict', 'period: there is a budget for this period already; change that one');

export function createBudget(db: Database, { principal, input }: { principal: Principal; input: CreateBudgetInput }): Promise<Budget> {
  const { workspaceId } = principal;
  const { scope, agent_id: agentId = null, api_key_id: apiKeyId = null } = input;
  if (scope === 'agent' ? agentId === null : agentId !== null) throw invalidField('agent_id', scope === 'agent' ? 'must be given for scope agent' : `must not be given for scope ${scope}`);
  if (scope === 'api_key' ? apiKeyId === null : apiKeyId !== null) throw invalidField('api_key_id', scope === 'api_key' ? 'must be given for scope api_key' : `must not be given for scope ${scope}`);
  return db.transaction(async (tx) => {
    // Locked, so that neither goes before the budget is there.
    if (agentId !== null && (await tx.select({ id: agents.id }).from(agents).where(and(eq(agents.workspaceId, workspaceId), eq(agents.id, agentId))).for('key share')).length === 0) throw agentNotFound(agentId);
    if (apiKeyId !== null && (await tx.select({ id: apiKeys.id }).from(apiKeys).where(and(eq(apiKeys.workspaceId, workspaceId), eq(apiKeys.id, apiKeyId))).for('key share')).length === 0) throw new AppError('not_found', `API key ${apiKeyId} not found`);
    const [row] = await tx.insert(budgets).values({
      workspaceId, scope, agentId, apiKeyId, period: input.period, limitUsd: input.limit_usd.toFixed(10), warnPercent: input.warn_percent, stops: input.stops,
    }).onConflictDoNothing().returning({ id: budgets.id });
    if (!row) throw taken();
    const made = await getBudget(tx, { workspaceId, id: row.id });
    await recordAudit(tx, principal, { action: 'budget.create', subject: { kind: 'budget', id: made.id, label: made.label }, details: detailsOf(made) });
    return made;
  });
}

/** What was said of it holds for what it was: another limit or period warns and stops anew. */
export function updateBudget(db: Database, { principal, input }: { principal: Principal; input: UpdateBudgetInput }): Promise<Budget> {
  const { workspaceId } = principal;
  return db.transaction(async (tx) => {
    const known = await lockedBudget(tx, { workspaceId, id: input.budget_id });
    const period = input.period ?? known.period;
    if (period !== known.period && await tx.$count(budgets, and(
      eq(budgets.workspaceId, workspaceId), eq(budgets.scope, known.scope), eq(budgets.period, period),
      known.agent_id === null ? undefined : eq(budgets.agentId, known.agent_id), known.api_key_id === null ? undefined : eq(budgets.apiKeyId, known.api_key_id))) > 0) throw taken();
    await tx.update(budgets).set({
      period, updatedAt: sql`now()`, warnedFor: null, stoppedFor: null,
      ...(input.limit_usd === undefined ? {} : { limitUsd: input.limit_usd.toFixed(10) }),
      ...(input.warn_percent === undefined ? {} : { warnPercent: input.warn_percent }),
      ...(input.stops === undefined ? {} : { stops: input.stops }),
    }).where(eq(budgets.id, known.id));
    const changed = await getBudget(tx, { workspaceId, id: known.id });
    await recordAudit(tx, principal, { action: 'budget.update', subject: { kind: 'budget', id: changed.id, label: changed.label }, details: { before: detailsOf(known), after: detailsOf(changed) } });
    return changed;
  });
}

export function removeBudget(db: Database, { principal, id }: { principal: Principal; id: string }): Promise<void> {
  return db.transaction(async (tx) => {
    const known = await lockedBudget(tx, { workspaceId: principal.workspaceId, id });
    await tx.delete(budgets).where(eq(budgets.id, known.id));
    await recordAudit(tx, principal, { action: 'budget.delete', subject: { kind: 'budget', id: known.id, label: known.label }, details: detailsOf(known) });
  });
}

async function lockedBudget(tx: Database, { workspaceId, id }: { workspaceId: string; id: string }): Promise<Budget> {
  if (!isUuid(id)) throw budgetNotFound(id);
  await tx.select({ id: budgets.id }).from(budgets).where(and(eq(budgets.workspaceId, workspaceId), eq(budgets.id, id))).for('update');
  return getBudget(tx, { workspaceId, id: id.toLowerCase() });
}
