import { Timers } from 'sip.js/lib/core/timers.js';
import type { SipText } from '../sip-text';

interface Repeated {
  timer: NodeJS.Timeout;
  startedAt: number;
  gapMs: number;
  proceeding: boolean;
}

/*
 *   send ──▶ repeating ── an answer (request), the ACK (response), or 64 × T1 ──▶ gone
 * RFC 3261 sections 17.1.1.2 (Timer A: INVITE, doubling), 17.1.2.2 (Timer E: others, doubling to T2) and 17.2.1 (Timer G: a refusal
 * of an INVITE until its ACK). sip.js repeats only the 2xx of an INVITE, because that is not the transport's; the giving up (B, F, H) it does itself.
 */
export class Retransmissions {
  readonly #repeated = new Map<string, Repeated>();
  count = 0;

  get size(): number { return this.#repeated.size; }

  /** What was just sent over UDP, under the names it has inside. */
  sent(message: SipText, again: () => void): void {
    const key = message.isResponse ? answerKey(message) : requestKey(message);
    if (message.isResponse ? message.method !== 'INVITE' || message.status < 300 : message.method === 'ACK') return;
    if (this.#repeated.has(key)) return;
    const doublesForever = !message.isResponse && message.method === 'INVITE';
    const repeat = () => {
      if (performance.now() - entry.startedAt >= 64 * Timers.T1) { this.#repeated.delete(key); return; }
      this.count += 1;
      again();
      entry.gapMs = doublesForever ? entry.gapMs * 2 : entry.proceeding ? Timers.T2 : Math.min(entry.gapMs * 2, Timers.T2);
      entry.timer = setTimeout(repeat, entry.gapMs);
    };
    const entry: Repeated = { timer: setTimeout(repeat, Timers.T1), startedAt: performance.now(), gapMs: Timers.T1, proceeding: false };
    this.#repeated.set(key, entry);
  }

  received(message: SipText): void {
    if (!message.isResponse) {
      if (message.method === 'ACK') this.#stop(answerKey(message));
      return;
    }
    const key = requestKey(message);
    const entry = this.#repeated.get(key);
    if (!entry) return;
    if (message.status >= 200 || message.method === 'INVITE') this.#stop(key);
    else entry.proceeding = true; // a non-INVITE goes on at T2 until its final answer
  }

  close(): void { for (const key of [...this.#repeated.keys()]) this.#stop(key); }

  #stop(key: string): void {
    clearTimeout(this.#repeated.get(key)?.timer);
    this.#repeated.delete(key);
  }
}

const requestKey = (message: SipText): string => `${message.branch}|${message.method}`;
const answerKey = (message: SipText): string => `${message.branch}|answer`;
