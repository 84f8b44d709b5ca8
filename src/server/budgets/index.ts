export { BudgetGuard, isBudgetUsedUp, type Spender } from './budget-guard';
export { checkBudgets } from './jobs/check-budgets';
export { registerBudgetMetrics } from './register-budget-metrics';
