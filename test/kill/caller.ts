import type { Habit } from '@test/support/telephone/exchange';
import { pause } from '@test/support/telephone/until';
import type { Installation } from './installation';

const SHORT = 'Hello.';
const LONG = 'This is a long message, because the other side hangs up before it is over, or we do.';

/** By the first digit of a number: what rings there, how it is called, and how often. */
const KINDS: readonly { share: number; message: string; ringTimeout?: number; habit: Habit }[] = [
  { share: 3, message: SHORT, habit: { silentMs: 50, ringsMs: 200, then: 'answers', talksMs: null } },
  { share: 2, message: SHORT, habit: { silentMs: 700, ringsMs: 100, then: 'answers', talksMs: null } },
  { share: 1, message: SHORT, habit: { silentMs: 900, mute: true, ringsMs: 100, then: 'answers', talksMs: null } },
  { share: 2, message: SHORT, habit: { silentMs: 20, ringsMs: 1_200, then: 'answers', talksMs: null } },
  { share: 3, message: LONG, habit: { silentMs: 20, ringsMs: 100, then: 'answers', talksMs: 1_500 } },
  { share: 1, message: SHORT, habit: { silentMs: 20, ringsMs: 200, then: 486, talksMs: null } },
  { share: 1, message: SHORT, habit: { silentMs: 20, ringsMs: 0, then: 404, talksMs: null } },
  { share: 1, message: SHORT, ringTimeout: 5, habit: { silentMs: 20, ringsMs: 0, then: null, talksMs: null } },
];
const DEALT = KINDS.flatMap(({ share }, kind) => Array.from({ length: share }, () => kind));

export const habitOf = (number: string): Habit => KINDS[Number(number[0]) - 1]!.habit;

export interface CallerOptions {
  installation: Installation;
  callbackUrl: string;
  random(): number;
  /** So many calls are kept waiting, not more. */
  maxQueued: number;
  onPlaced(callId: string): void;
}

export interface Placed {
  /** The number to ring, by call_id, of every call that was answered with 2xx. */
  acknowledged: Map<string, string>;
  /** Why requests were made again: nobody answered, or a 5xx. */
  repeated: Record<string, number>;
  /** Answers that no crash excuses. */
  refusals: string[];
}

const CALLERS = 3;

/** Places calls until it is told to stop. One whose answer got lost is placed again under the same id, until somebody says yes. */
export async function placeCalls(options: CallerOptions, signal: AbortSignal): Promise<Placed> {
  const placed: Placed = { acknowledged: new Map(), repeated: {}, refusals: [] };
  let serial = 0;
  await Promise.all(Array.from({ length: CALLERS }, async () => {
    while (!signal.aborted) {
      if (await placeOne(options, placed, ++serial) > options.maxQueued) await queueIsShort(options, signal);
    }
  }));
  return placed;
}

async function queueIsShort({ installation, maxQueued }: CallerOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await pause(300);
    const answer = await installation.request('GET', '/queue').catch(() => undefined);
    if (answer?.status === 200 && Number(answer.body.pending) <= maxQueued) return;
  }
}

/** Answers how many wait before it. */
async function placeOne({ installation, callbackUrl, random, onPlaced }: CallerOptions, { acknowledged, repeated, refusals }: Placed, serial: number): Promise<number> {
  const kind = DEALT[Math.floor(random() * DEALT.length)]!;
  const { message, ringTimeout } = KINDS[kind]!;
  const callId = `call-${serial}`;
  const number = `${kind + 1}${String(serial).padStart(6, '0')}`;
  const input = { extension: number, message, call_id: callId, callback_url: callbackUrl, ...(ringTimeout === undefined ? {} : { ring_timeout: ringTimeout }) };
  for (;;) {
    const answer = await installation.request('POST', '/call', input).catch((error: unknown) => (error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)).replace(/:\d+/g, ''));
    if (typeof answer !== 'string' && answer.status < 300) {
      acknowledged.set(callId, number);
      onPlaced(callId);
      return Number(answer.body.queue_position ?? 0);
    }
    if (typeof answer !== 'string' && answer.status < 500) { refusals.push(`${callId}: ${answer.status} ${JSON.stringify(answer.body)}`); return 0; }
    const why = typeof answer === 'string' ? answer : `${answer.status} ${JSON.stringify(answer.body.detail).slice(0, 80)}`;
    repeated[why] = (repeated[why] ?? 0) + 1;
    await pause(250);
  }
}
