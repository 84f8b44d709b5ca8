import type { CallResult } from '@/server/calls';
import type { EndReason } from '../ports';
import type { CallEnd, CallEndReason } from '../transport/sip/call-end';

/** Why we ended or refused a call, where the telephone itself does not know. */
export interface CallCause {
  reason: 'closed_by_operator' | 'max_duration' | 'server_shutdown' | 'agent_unavailable' | 'record_lost' | 'lease_lost' | 'silent' | 'budget_used_up' | 'storage_unavailable' | 'failed';
  words: string;
}

/** Ends of a session that no telephone tells of; the others are hanging up as usual, or the other side's. */
const BY_SESSION: Partial<Record<EndReason, CallCause>> = {
  silent: { reason: 'silent', words: 'Nobody said anything any more' },
  budget_used_up: { reason: 'budget_used_up', words: 'A budget is used up' },
  storage_unavailable: { reason: 'storage_unavailable', words: 'The conversation could not be stored any longer' },
  max_duration: { reason: 'max_duration', words: 'The call took as long as it may' },
  server_shutdown: { reason: 'server_shutdown', words: 'Parley was stopped or restarted' },
  closed_by_operator: { reason: 'closed_by_operator', words: 'An operator ended the conversation' },
  failed: { reason: 'failed', words: 'The conversation failed' },
};

export const causeOfSession = (why: EndReason): CallCause | undefined => BY_SESSION[why];

export interface CallStory {
  direction: 'inbound' | 'outbound';
  answered: boolean;
  end: CallEnd;
  cause?: CallCause | undefined;
  /** There was something to say first. */
  hadMessage: boolean;
  messagePlayed: boolean;
}

/** For people who look at a call that came to nothing. */
const WORDS: Record<CallEndReason, string> = {
  hung_up_by_us: 'The call was ended before everything was said',
  hung_up_by_them: 'The other side hung up',
  busy: 'The line is busy',
  no_answer: 'Nobody answered in time',
  cancelled: 'The call was given up before it was answered',
  declined: 'The call was declined',
  not_found: 'There is no such number',
  forbidden: 'The trunk does not let us place this call',
  unavailable: 'The telephone cannot be reached at present',
  unreachable: 'The trunk does not answer',
  media_refused: 'The two sides have no audio format in common',
  media_lost: 'No audio came from the other side any longer',
  not_confirmed: 'The other side never confirmed the call',
  failed: 'The call failed',
};

const inWords = ({ reason, status, words }: CallEnd): string => {
  const said = [status === null || status === 200 ? '' : String(status), words === WORDS[reason] ? '' : words].filter(Boolean).join(' ');
  return said === '' ? WORDS[reason] : `${WORDS[reason]} (${said})`;
};

const UNANSWERED: Partial<Record<CallEndReason, CallResult['state']>> = { busy: 'busy', no_answer: 'no_answer', cancelled: 'cancelled' };

/** What the record of a call says of its end. */
export function callOutcome(story: CallStory): Pick<CallResult, 'state' | 'endReason' | 'error' | 'sipStatus'> {
  const { end, cause } = story;
  const sipStatus = story.answered ? 200 : end.status;
  if (story.answered) return { ...(story.direction === 'outbound' ? told(story) : talked(story)), sipStatus };
  if (cause && cause.reason !== 'closed_by_operator') return { state: 'failed', endReason: cause.reason, error: cause.words, sipStatus };
  // Whoever gave up waiting for us was not answered; we who gave up cancelled.
  if (story.direction === 'inbound' && end.reason === 'cancelled') return { state: cause ? 'cancelled' : 'no_answer', endReason: 'cancelled', error: cause?.words ?? 'The caller gave up', sipStatus };
  return { state: UNANSWERED[end.reason] ?? 'failed', endReason: end.reason, error: cause?.words ?? inWords(end), sipStatus };
}

/** That is no end that anybody wished for. */
const NOT_TALKED: readonly CallCause['reason'][] = ['agent_unavailable', 'record_lost', 'lease_lost', 'storage_unavailable', 'failed'];

/** A call with an agent is complete whoever hung up, as long as it came about. */
function talked({ end, cause }: CallStory): Pick<CallResult, 'state' | 'endReason' | 'error'> {
  const endReason = cause?.reason ?? end.reason;
  if (cause && NOT_TALKED.includes(cause.reason)) return { state: 'failed', endReason, error: cause.words };
  if (end.reason === 'not_confirmed' || end.reason === 'failed') return { state: 'failed', endReason, error: inWords(end) };
  return { state: 'completed', endReason, error: end.reason === 'media_lost' ? inWords(end) : null };
}

/** A call that is to say something has failed when that was not our listener's own choice. */
function told(story: CallStory): Pick<CallResult, 'state' | 'endReason' | 'error'> {
  const { end, cause, hadMessage, messagePlayed } = story;
  const notTheirs = end.reason !== 'hung_up_by_them' && cause?.reason !== 'closed_by_operator';
  if (hadMessage && !messagePlayed && notTheirs) return { state: 'failed', endReason: cause?.reason ?? end.reason, error: cause?.words ?? inWords(end) };
  return talked(story);
}
