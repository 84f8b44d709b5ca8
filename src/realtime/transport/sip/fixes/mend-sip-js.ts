import { widenBranchIds } from './branch-ids';
import { lengthenTransactionTimers } from './unreliable-timers';

let applied = false;

/** The two mends that concern all of sip.js in this process. */
export function mendSipJs(): void {
  if (applied) return;
  applied = true;
  lengthenTransactionTimers();
  widenBranchIds();
}
