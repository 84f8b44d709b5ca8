import { Timers } from 'sip.js/lib/core/timers.js';

/**
 * RFC 3261 section 17, table 4: over UDP a finished transaction stays to swallow and answer retransmissions. sip.js knows
 * reliable transports only and has D, I, J and K at 0: a repeated BYE would be a stranger's (481), a repeated INVITE a second call.
 * The timers are one object for the process and are not frozen.
 */
export function lengthenTransactionTimers(): void {
  const { T1, T4 } = Timers;
  Object.assign(Timers, { TIMER_D: 64 * T1, TIMER_I: T4, TIMER_J: 64 * T1, TIMER_K: T4 });
}
