import type { TurnEvent } from '../conversations/turn-events';
import type { AppError } from '../platform/errors';

/** What a turn yields, and how it failed: the last one is `final` or `failed`. */
export type ChatEvent = TurnEvent | { type: 'failed'; error: AppError };

/** `n` counts from 1 within the turn, so that whoever comes back can say what they have. */
export interface NumberedEvent {
  n: number;
  event: ChatEvent;
}
