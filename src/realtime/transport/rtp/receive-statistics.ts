import { PHONE_HZ, distance16 } from './media-format';

/** RFC 3550 appendix A.1: what jumps further than this is another stream, or a stranger. */
const MAX_DROPOUT = 3_000;
const MAX_MISORDER = 100;

export interface ReceptionReport {
  received: number;
  expected: number;
  /** Never negative: duplicates are not wins. */
  lost: number;
  /** Of the last interval, in 256ths (RFC 3550 section 6.4.1). */
  fractionLost: number;
  highestSequence: number;
  /** Timestamp units. */
  jitter: number;
}

/** What RTCP tells of a source that we hear (RFC 3550 appendix A.3 and A.8). */
export class ReceiveStatistics {
  #base: number | undefined;
  #highest = 0;
  #cycles = 0;
  #received = 0;
  #jitter = 0;
  #lastTransit: number | undefined;
  #expectedPrior = 0;
  #receivedPrior = 0;
  #jumpTo: number | undefined;

  get received(): number { return this.#received; }
  get jitterMs(): number { return (this.#jitter / PHONE_HZ) * 1000; }
  get expected(): number { return this.#base === undefined ? 0 : this.#cycles + this.#highest - this.#base + 1; }
  get lost(): number { return Math.max(0, this.expected - this.#received); }

  /** False when the packet does not belong to this stream: a wild jump that the next packet does not confirm. */
  take(sequence: number, timestamp: number, nowMs: number): boolean {
    if (this.#base === undefined) this.#restart(sequence);
    const ahead = distance16(sequence, this.#highest);
    if (ahead > MAX_DROPOUT || ahead < -MAX_MISORDER) {
      if (sequence !== this.#jumpTo) { this.#jumpTo = (sequence + 1) & 0xffff; return false; }
      this.#restart(sequence);
    } else if (ahead > 0) {
      if (sequence < this.#highest) this.#cycles += 65_536;
      this.#highest = sequence;
    }
    this.#received += 1;
    const transit = nowMs * (PHONE_HZ / 1000) - timestamp;
    if (this.#lastTransit !== undefined) {
      const change = Math.abs((transit - this.#lastTransit) | 0); // the difference survives a timestamp that wraps
      if (change < PHONE_HZ) this.#jitter += (change - this.#jitter) / 16;
    }
    this.#lastTransit = transit;
    return true;
  }

  /** Closes an interval. */
  report(): ReceptionReport {
    const expected = this.expected;
    const expectedInterval = expected - this.#expectedPrior;
    const lostInterval = expectedInterval - (this.#received - this.#receivedPrior);
    this.#expectedPrior = expected;
    this.#receivedPrior = this.#received;
    const fractionLost = expectedInterval === 0 || lostInterval <= 0 ? 0 : Math.min(255, Math.floor((lostInterval * 256) / expectedInterval));
    return { received: this.#received, expected, lost: this.lost, fractionLost, highestSequence: (this.#cycles + this.#highest) >>> 0, jitter: Math.round(this.#jitter) };
  }

  /** A source that began anew keeps what was counted of it before. */
  #restart(sequence: number): void {
    const missing = this.lost;
    this.#base = sequence - (this.#received + missing);
    this.#highest = sequence;
    this.#cycles = 0;
    this.#jumpTo = undefined;
    this.#lastTransit = undefined;
  }
}
