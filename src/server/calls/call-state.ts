import type { CallStatus } from './contract';
import { LIVE_CALL_STATES, type CallState } from './tables';

/*
 *            cancel, expiry                            nobody answers, refused, hung up, node lost
 *          ┌─────────────────▶ cancelled, failed     ┌─────────────▶ no_answer, busy, failed, cancelled, unknown
 *   queued ┴─ taken ─▶ dialing ─┬─ 18x ─▶ ringing ─┬─┴─ 200 ─▶ answered ─▶ completed, failed, cancelled, unknown
 *                               └───────── 200 ────┴──────────────▲
 *   inbound begins as ringing.
 *
 * `dialing` is written with an attempt id before the INVITE leaves, and nothing leads back: what was dialled once is
 * never dialled again. Ends have no way out. Every move is one UPDATE that names the states it may come from.
 */
const MOVES = {
  queued: ['dialing', 'failed', 'cancelled'],
  dialing: ['ringing', 'answered', 'completed', 'no_answer', 'busy', 'failed', 'cancelled', 'unknown'],
  ringing: ['answered', 'completed', 'no_answer', 'busy', 'failed', 'cancelled', 'unknown'],
  answered: ['completed', 'failed', 'cancelled', 'unknown'],
  completed: [], no_answer: [], busy: [], failed: [], cancelled: [], unknown: [],
} as const satisfies Record<CallState, readonly CallState[]>;

export const mayMove = (from: CallState, to: CallState): boolean => (MOVES[from] as readonly CallState[]).includes(to);

/** The states that a move to `to` may come from. A talk that ends before its answer was stored passes through `answered` on the way. */
export const statesBefore = (to: CallState): CallState[] => LIVE_CALL_STATES.filter((from) => mayMove(from, to));

export const isLive = (state: CallState): boolean => (LIVE_CALL_STATES as readonly CallState[]).includes(state);

/** What the documented enum says of it. */
export const WIRE_STATUS = {
  queued: 'queued', dialing: 'queued', ringing: 'ringing', answered: 'answered', completed: 'completed',
  no_answer: 'no_answer', busy: 'busy', failed: 'failed', cancelled: 'failed', unknown: 'failed',
} as const satisfies Record<CallState, CallStatus>;

/** Held by a node: dialled or rung in, and not over. */
export const HELD_CALL_STATES = ['dialing', 'ringing', 'answered'] as const satisfies readonly CallState[];
export const END_CALL_STATES = ['completed', 'no_answer', 'busy', 'failed', 'cancelled', 'unknown'] as const satisfies readonly CallState[];
export type CallEndState = (typeof END_CALL_STATES)[number];
