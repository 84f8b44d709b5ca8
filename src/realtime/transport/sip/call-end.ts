/** How a call ends: a closed set, stored and shown. */
export const CALL_END_REASONS = [
  'hung_up_by_us', 'hung_up_by_them', 'busy', 'no_answer', 'cancelled', 'declined', 'not_found', 'forbidden', 'unavailable', 'unreachable',
  'media_refused', 'media_lost', 'not_confirmed', 'failed',
] as const;
export type CallEndReason = (typeof CALL_END_REASONS)[number];

export interface CallEnd {
  reason: CallEndReason;
  /** The final SIP status that decided it; null when none did. */
  status: number | null;
  /** What the other side gave as its reason, for the call's page. */
  words: string;
}

/** What a refusal of our INVITE means (RFC 3261 section 21). @param rang whether the telephone was heard to ring before */
export function endOfRefusal(status: number, rang: boolean): CallEndReason {
  switch (status) {
    case 486: case 600: return 'busy';
    case 603: case 607: return 'declined';
    case 404: case 410: case 484: case 485: case 604: return 'not_found';
    case 401: case 403: case 407: case 608: return 'forbidden';
    case 415: case 488: case 606: return 'media_refused';
    case 487: return 'cancelled';
    case 408: return rang ? 'no_answer' : 'unreachable';
    case 480: return rang ? 'no_answer' : 'unavailable';
    case 503: return 'unreachable'; // sip.js says so too when the message could not leave
    default: return 'failed';
  }
}

/** How we refuse an incoming call. */
export const REFUSALS = { busy: 486, unavailable: 480, declined: 603, not_found: 404, forbidden: 403, media_refused: 488, overloaded: 503 } as const;
export type Refusal = keyof typeof REFUSALS;
