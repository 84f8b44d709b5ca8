import { z } from 'zod';
import { procedure, router } from '../api/trpc';
import { createBudget, getBudget, removeBudget, updateBudget } from './change-budgets';
import {
  budget, budgetIdInput, createBudgetInput, createBudgetRoute, getBudgetRoute, listBudgetsOutput, listBudgetsRoute, removeBudgetRoute, updateBudgetInput, updateBudgetRoute,
} from './contract';
import { presentBudget, readBudgets } from './read-budgets';

export const budgetsRouter = router({
  list: procedure.meta(listBudgetsRoute).output(listBudgetsOutput)
    .query(async ({ ctx }) => ({ budgets: (await readBudgets(ctx.db, { workspaceId: ctx.workspaceId })).map(presentBudget) })),
  create: procedure.meta(createBudgetRoute).input(createBudgetInput).output(budget)
    .mutation(({ ctx, input }) => createBudget(ctx.db, { principal: ctx.principal, input })),
  get: procedure.meta(getBudgetRoute).input(budgetIdInput).output(budget)
    .query(({ ctx, input }) => getBudget(ctx.db, { workspaceId: ctx.workspaceId, id: input.budget_id })),
  update: procedure.meta(updateBudgetRoute).input(updateBudgetInput).output(budget)
    .mutation(({ ctx, input }) => updateBudget(ctx.db, { principal: ctx.principal, input })),
  remove: procedure.meta(removeBudgetRoute).input(budgetIdInput).output(z.void())
    .mutation(({ ctx, input }) => removeBudget(ctx.db, { principal: ctx.principal, id: input.budget_id })),
});
