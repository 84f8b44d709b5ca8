import type { CallEvent } from '@/server/calls/contract';
import { callEventWords } from './call-words';

export type RungTone = 'request' | 'progress' | 'success' | 'challenge' | 'failure' | 'inside';

export interface Rung {
  seq: number;
  /** Since the first event, in milliseconds. */
  afterMs: number;
  at: string;
  kind: CallEvent['kind'];
  direction: CallEvent['direction'];
  label: string;
  tone: RungTone;
  /** What else is known of it, for whoever opens it. */
  details: [name: string, value: string][];
}

/** A response begins with its status (RFC 3261 section 21): 401 and 407 only ask for the password. */
function toneOf({ kind, summary }: CallEvent): RungTone {
  if (kind !== 'sip') return 'inside';
  const status = Number(/^([1-6]\d\d)\b/.exec(summary)?.[1]);
  if (!status) return 'request';
  if (status < 200) return 'progress';
  if (status < 300) return 'success';
  return status === 401 || status === 407 ? 'challenge' : 'failure';
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** In the order of time: what was written down later may have happened before. */
export function ladderOf(events: readonly CallEvent[]): Rung[] {
  const ordered = events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || a.seq - b.seq);
  const begin = ordered[0] ? Date.parse(ordered[0].at) : 0;
  return ordered.map((event) => ({
    seq: event.seq,
    afterMs: Math.max(0, Date.parse(event.at) - begin),
    at: event.at,
    kind: event.kind,
    direction: event.direction,
    label: callEventWords(event),
    tone: toneOf(event),
    details: Object.entries(event.details).flatMap(([name, value]) => (value === null || value === undefined || value === '' ? [] : [[name.replaceAll('_', ' ').replace(/([a-z])([A-Z])/g, '$1 $2'), asText(value)] as [string, string]])),
  }));
}
