import type { CallControl } from '@/server/calls';
import { AppError } from '@/server/platform/errors';
import { inTime } from '@/server/platform/within';
import type { LiveCall } from './live-call';

const RESTART = 'I am sorry, this service is being restarted. Please call again in a moment. Goodbye.';
const RESTARTED = { reason: 'server_shutdown', words: 'Parley was stopped or restarted' } as const;

/*
 *   open ── drain ──▶ draining (no call begins; those there are take leave) ──▶ empty
 * The calls of this node, from the beginning of their records until their ends are stored.
 */
export class LiveCalls implements CallControl {
  readonly #live = new Map<string, LiveCall>();
  #draining = false;

  get draining(): boolean { return this.#draining; }
  get size(): number { return this.#live.size; }
  all(): LiveCall[] { return [...this.#live.values()]; }
  has(id: string): boolean { return this.#live.has(id); }

  add(call: LiveCall): void {
    this.#live.set(call.id, call);
    void call.recorded.then(() => { this.#live.delete(call.id); });
  }

  async speak(id: string, message: string): Promise<void> { await this.#get(id).speak(message); }

  async hangUp(id: string): Promise<void> { this.#get(id).hangUp({ reason: 'closed_by_operator', words: 'An operator ended the call' }); }

  /** Takes leave in every call, for `limitMs` at most. */
  async drain(limitMs: number): Promise<void> {
    this.#draining = true;
    await Promise.all(this.all().map((call) => call.takeLeave(RESTART, RESTARTED, limitMs)));
  }

  /** Waits until all ends are stored; after `limitMs` what is left is left to the reaper. */
  async settle(limitMs: number): Promise<number> {
    await inTime(Promise.all(this.all().map(({ recorded }) => recorded)), limitMs);
    const left = this.all();
    for (const call of left) call.recorder.close();
    return left.length;
  }

  #get(id: string): LiveCall {
    const call = this.#live.get(id);
    if (!call || call.sip.state === 'ended') throw new AppError('not_found', `No such call: ${id.slice(0, 64)}`);
    return call;
  }
}
