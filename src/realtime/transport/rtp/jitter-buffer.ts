import { Concealer } from './concealment';
import { FRAME_SAMPLES, PHONE_HZ, distance32 } from './media-format';

/** One frame because it is asked for at its own pace, one against small jitter. */
const MIN_TARGET = 2 * FRAME_SAMPLES;
/** Beyond 200 ms a conversation suffers more from the delay than from the gaps. */
const MAX_TARGET = 10 * FRAME_SAMPLES;
/** What lies further from what is being played is not a late packet but another time line. */
const MAX_SPAN = PHONE_HZ;
/** Two seconds of 10 ms packets within a span of one second: the rest are duplicates or an attack. */
const MAX_PACKETS = 200;
/** Packets without audio after which the stream has stopped and will begin anew. */
const STARVED_FRAMES = 5;
/** Jitter is believed for some seconds after it was seen. */
const PEAK_DECAY = 0.995;
/** The other clock may run slower than ours by 250 ppm: two samples a second. */
const BASE_LEAK = (2 / PHONE_HZ) * FRAME_SAMPLES;
const QUIET = 300;
const OBSERVED_FRAMES = 25;
/** More delay than this is shortened in the middle of a word too. */
const MAX_SPARE = 3 * FRAME_SAMPLES;

interface Buffered { timestamp: number; samples: Int16Array }

export interface JitterBufferCounts {
  late: number;
  duplicate: number;
  /** Frames that were made up. */
  concealed: number;
  /** Frames left out to shorten the delay. */
  skipped: number;
  overflowed: number;
}

/*
 *               enough is buffered                 nothing for 100 ms
 *   buffering ─────────────────────▶ playing ────────────────────────▶ buffering
 * In order of time stamps, not of sequence numbers, so that packets of any length and pauses of the sender fit.
 * The delay follows the jitter: it grows by holding still when packets come too late, and shrinks by leaving out a quiet frame.
 */
export class JitterBuffer {
  readonly counts: JitterBufferCounts = { late: 0, duplicate: 0, concealed: 0, skipped: 0, overflowed: 0 };
  #packets: Buffered[] = [];
  #playing = false;
  #cursor = 0;
  #waited = 0;
  #starved = 0;
  #grow = 0;
  #sinceGrown = 0;
  #base: number | undefined;
  #peak = 0;
  #strayTimestamp: number | undefined;
  #leastExcess = Infinity;
  #observed = 0;
  #spare = 0;
  readonly #concealer = new Concealer();

  get targetMs(): number { return (this.#target / PHONE_HZ) * 1000; }
  /** Audio that waits. */
  get bufferedMs(): number { return this.#packets.length === 0 ? 0 : (Math.max(0, distance32(this.#end, this.#playing ? this.#cursor : this.#packets[0]!.timestamp)) / PHONE_HZ) * 1000; }

  put(timestamp: number, samples: Int16Array, nowMs: number): void {
    if (samples.length === 0 || samples.length > MAX_SPAN) return;
    if (this.#isStray(timestamp)) return;
    this.#measure(timestamp, nowMs);
    if (this.#playing && distance32(timestamp + samples.length, this.#cursor) <= 0) {
      this.counts.late += 1;
      this.#grow = 1;
      return;
    }
    let place = this.#packets.length;
    while (place > 0 && distance32(this.#packets[place - 1]!.timestamp, timestamp) > 0) place -= 1;
    if (place > 0 && this.#packets[place - 1]!.timestamp === timestamp) { this.counts.duplicate += 1; return; }
    this.#packets.splice(place, 0, { timestamp, samples });
    if (this.#packets.length > MAX_PACKETS) { this.#packets.shift(); this.counts.overflowed += 1; }
  }

  /** The next 20 ms; null while there is nothing to be heard. @param quiet no audio is expected now (a key is down): what is missing is not made up */
  pull(quiet = false): Int16Array | null {
    if (!this.#playing && !this.#begin()) return null;
    this.#sinceGrown += 1;
    if (this.#grow > 0 && this.#sinceGrown > 5) {
      this.#grow = 0;
      this.#sinceGrown = 0;
      return this.#conceal();
    }
    if (this.#shrinkable()) this.#skip();
    if (this.#packets.length === 0) return this.#starve(quiet);
    this.#starved = 0;
    const frame = new Int16Array(FRAME_SAMPLES);
    const filled = this.#fill(frame);
    this.#advance();
    if (filled === 0) return quiet ? frame : this.#conceal();
    return this.#concealer.played(frame);
  }

  /** Another source, or another time line of the same. */
  reset(): void {
    this.#packets = [];
    this.#playing = false;
    this.#waited = 0;
    this.#starved = 0;
    this.#base = undefined;
    this.#peak = 0;
    this.#strayTimestamp = undefined;
  }

  get #end(): number { const last = this.#packets.at(-1)!; return (last.timestamp + last.samples.length) >>> 0; }
  get #target(): number { return Math.min(MAX_TARGET, Math.max(MIN_TARGET, (Math.ceil(this.#peak / FRAME_SAMPLES) + 1) * FRAME_SAMPLES)); }

  #begin(): boolean {
    const first = this.#packets[0];
    if (!first) return false;
    this.#waited += FRAME_SAMPLES;
    if (distance32(this.#end, first.timestamp) < this.#target && this.#waited < this.#target) return false;
    // Of a burst (a sender that had been held up) only the newest part is worth its delay.
    const excess = distance32(this.#end, first.timestamp) - this.#target - FRAME_SAMPLES;
    this.#cursor = (first.timestamp + Math.max(0, excess)) >>> 0;
    this.#forgetPlayed();
    this.#playing = true;
    this.#waited = 0;
    this.#leastExcess = Infinity;
    this.#observed = 0;
    this.#spare = 0;
    return true;
  }

  /** Nothing there: held still, because it is more often late than lost. */
  #starve(quiet: boolean): Int16Array | null {
    this.#starved += 1;
    if (this.#starved > STARVED_FRAMES) { this.#playing = false; this.#starved = 0; return null; }
    return quiet ? null : this.#conceal();
  }

  #conceal(): Int16Array {
    this.counts.concealed += 1;
    return this.#concealer.missed();
  }

  /** Copies what there is between the cursor and a frame later. Answers how many samples that was. */
  #fill(frame: Int16Array): number {
    let filled = 0;
    for (const { timestamp, samples } of this.#packets) {
      const at = distance32(timestamp, this.#cursor);
      if (at >= FRAME_SAMPLES) break;
      const from = Math.max(0, -at);
      const part = samples.subarray(from, Math.max(from, FRAME_SAMPLES - at));
      frame.set(part, Math.max(0, at));
      filled += part.length;
    }
    return filled;
  }

  #advance(): void {
    this.#cursor = (this.#cursor + FRAME_SAMPLES) >>> 0;
    this.#forgetPlayed();
  }

  #forgetPlayed(): void {
    while (this.#packets.length > 0 && distance32(this.#packets[0]!.timestamp + this.#packets[0]!.samples.length, this.#cursor) <= 0) this.#packets.shift();
  }

  /** Whether there was more than needed all through the last half second, and leaving a frame out now would not be heard. */
  #shrinkable(): boolean {
    const next = this.#packets[0];
    if (!next) return false;
    this.#leastExcess = Math.min(this.#leastExcess, distance32(this.#end, this.#cursor) - this.#target);
    this.#observed += 1;
    if (this.#observed === OBSERVED_FRAMES) {
      this.#spare = this.#leastExcess;
      this.#leastExcess = Infinity;
      this.#observed = 0;
    }
    if (this.#spare < FRAME_SAMPLES) return false;
    if (this.#spare < MAX_SPARE && next.samples.some((sample) => Math.abs(sample) > QUIET)) return false; // wait for a pause
    this.#spare = 0;
    return true;
  }

  #skip(): void {
    this.#advance();
    this.counts.skipped += 1;
  }

  /** How late this packet is beside the earliest ones: the peak of that is what the delay has to bridge. */
  #measure(timestamp: number, nowMs: number): void {
    const offset = (nowMs * (PHONE_HZ / 1000) - timestamp) | 0;
    if (this.#base === undefined || Math.abs((offset - this.#base) | 0) > MAX_SPAN) { this.#base = offset; this.#peak = 0; return; }
    const delay = (offset - this.#base) | 0;
    if (delay < 0) this.#base = offset;
    else this.#base += BASE_LEAK;
    this.#peak = Math.max(Math.min(delay, MAX_TARGET), this.#peak * PEAK_DECAY);
  }

  /** One packet far away is a stranger's or garbage; the next one there too is a sender that has jumped. */
  #isStray(timestamp: number): boolean {
    const first = this.#packets[0];
    const reference = this.#playing ? this.#cursor : first?.timestamp;
    if (reference === undefined || Math.abs(distance32(timestamp, reference)) <= MAX_SPAN) { this.#strayTimestamp = undefined; return false; }
    const near = this.#strayTimestamp !== undefined && Math.abs(distance32(timestamp, this.#strayTimestamp)) <= MAX_SPAN;
    if (!near && first !== undefined) { this.#strayTimestamp = timestamp; this.counts.late += 1; return true; }
    this.reset();
    return false;
  }
}
