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
  /** Calls whose end nobody was told of yet. */
  pending(): number;
  maxPending: number;
  onPlaced(callId: string): void;
}

/** Places calls until it is told to stop. One whose answer got lost is placed again under the same id, until somebody says yes. */
export async function placeCalls({ installation, callbackUrl, random, pending, maxPending, onPlaced }: CallerOptions, signal: AbortSignal): Promise<{ acknowledged: Map<string, string>; repeated: number; refusals: string[] }> {
  const acknowledged = new Map<string, string>();
  const refusals: string[] = [];
  let repeated = 0;
  for (let serial = 1; !signal.aborted; serial++) {
    while (pending() >= maxPending && !signal.aborted) await pause(20);
    const kind = DEALT[Math.floor(random() * DEALT.length)]!;
    const { message, ringTimeout } = KINDS[kind]!;
    const callId = `call-${serial}`;
    const number = `${kind + 1}${String(serial).padStart(6, '0')}`;
    const input = { extension: number, message, call_id: callId, callback_url: callbackUrl, ...(ringTimeout === undefined ? {} : { ring_timeout: ringTimeout }) };
    for (;;) {
      const answer = await installation.request('POST', '/call', input).catch(() => undefined);
      if (answer && answer.status < 300) break;
      if (answer && answer.status < 500) { refusals.push(`${callId}: ${answer.status} ${JSON.stringify(answer.body)}`); break; }
      repeated += 1;
      await pause(100);
    }
    if (refusals.at(-1)?.startsWith(`${callId}:`)) continue;
    acknowledged.set(callId, number);
    onPlaced(callId);
  }
  return { acknowledged, repeated, refusals };
}
