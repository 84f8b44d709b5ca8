import type { CallSummary } from '@/server/calls/contract';
import { isLive, STATE_WORDS } from './call-words';

export interface CallStep {
  key: 'queued' | 'dialing' | 'ringing' | 'answered' | 'ended';
  label: string;
  /** Null when it has not come to that, or never will. */
  at: string | null;
  state: 'done' | 'now' | 'ahead' | 'skipped';
}

type Times = Pick<CallSummary, 'direction' | 'state' | 'queued_at' | 'started_at' | 'ringing_at' | 'answered_at' | 'ended_at'>;

/** How far a call has come, in the order in which calls go. A call that comes in neither waits nor is dialled. */
export function callSteps(call: Times): CallStep[] {
  const over = !isLive(call.state);
  const marks = ([
    ['queued', 'In line', call.queued_at],
    ['dialing', 'Dialled', call.started_at],
    ['ringing', 'Ringing', call.ringing_at ?? (call.direction === 'inbound' ? call.started_at : null)],
    ['answered', 'Answered', call.answered_at],
    ['ended', over ? STATE_WORDS[call.state].label : 'Ended', call.ended_at],
  ] as const).filter(([key]) => call.direction === 'outbound' || (key !== 'queued' && key !== 'dialing'));
  return marks.map(([key, label, at]) => ({
    key,
    label,
    at,
    state: key === call.state ? 'now' : at !== null ? 'done' : over ? 'skipped' : 'ahead',
  }));
}
