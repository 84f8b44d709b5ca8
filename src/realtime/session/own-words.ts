import type { EndReason } from '../ports';
import type { SayOptions } from './session-script';

/** Hands-free, an error event is silence: the person hears it instead. */
export const APOLOGY = 'I am sorry, I cannot answer right now. Please try again in a moment.';

/** How a session ends by itself: said, and with what reason it hangs up then. */
export interface Farewell {
  text: string;
  options: SayOptions & { stored?: boolean };
  reason: EndReason;
}

/** Better to say goodbye than to hold a conversation that nobody will find. */
export const CANNOT_BE_STORED: Farewell = {
  text: 'I am sorry, I have to stop here. Please try again later. Goodbye.', options: { stored: false }, reason: 'storage_unavailable',
};

export const OUT_OF_BUDGET: Farewell = {
  text: 'I am sorry, I cannot go on: the budget for our conversations is used up for now. Goodbye.', options: { interruptible: false }, reason: 'budget_used_up',
};
