import { widenBranchIds } from './branch-ids';
import { keepOldTransactions } from './old-transactions';
import { lengthenTransactionTimers } from './unreliable-timers';

let applied = false;

/** The mends that concern all of sip.js in this process. */
export function mendSipJs(): void {
  if (applied) return;
  applied = true;
  lengthenTransactionTimers();
  widenBranchIds();
  keepOldTransactions();
}
