export { BudgetGuard } from './budget-guard';
export { checkBudgets } from './jobs/check-budgets';
export { registerBudgetMetrics } from './register-budget-metrics';
export { findStoppedBudget, isBudgetUsedUp, type Spender } from './stopped-budget';
