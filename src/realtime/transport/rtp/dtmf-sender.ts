import { FRAME_MS, FRAME_SAMPLES } from './media-format';
import { eventOf, writeTelephoneEvent } from './telephone-event';

/** A call is not a place to keep digits in: more than a card number with its PIN is refused. */
const MAX_WAITING = 64;
/** Silence between two keys: 45 ms are required of a receiver (ITU-T Q.24), gateways want more. */
const GAP_MS = 80;
/** RFC 4733 section 2.5.1.4: the end goes out three times, because nothing else tells of a lost one. */
const END_COPIES = 3;
const VOLUME = 10; // -10 dBm0

interface Dialling {
  event: number;
  timestamp: number | undefined;
  durationFrames: number;
  sentFrames: number;
  ends: number;
  gapFrames: number;
}

export interface EventPacket { timestamp: number; marker: boolean; payload: Uint8Array }

/** Keys on their way out, one packet a frame in place of audio. */
export class DtmfSender {
  readonly #waiting: Dialling[] = [];

  get active(): boolean { return this.#waiting.length > 0; }

  /** False when there is no room for all of them; then none is taken. */
  enqueue(digits: string, durationMs: number): boolean {
    if (this.#waiting.length + digits.length > MAX_WAITING) return false;
    for (const digit of digits)
      this.#waiting.push({ event: eventOf(digit), timestamp: undefined, durationFrames: Math.max(2, Math.round(durationMs / FRAME_MS)), sentFrames: 0, ends: 0, gapFrames: GAP_MS / FRAME_MS });
    return true;
  }

  /** What is to be sent in this frame; null for nothing (the gap between two keys). @param timestamp of the frame */
  next(timestamp: number): EventPacket | null {
    const key = this.#waiting[0];
    if (!key) return null;
    if (key.ends === END_COPIES) {
      key.gapFrames -= 1;
      if (key.gapFrames <= 0) this.#waiting.shift();
      return null;
    }
    const marker = key.timestamp === undefined;
    key.timestamp ??= timestamp;
    if (key.sentFrames < key.durationFrames) key.sentFrames += 1;
    const end = key.sentFrames === key.durationFrames;
    if (end) key.ends += 1;
    return { timestamp: key.timestamp, marker, payload: writeTelephoneEvent({ event: key.event, end, volume: VOLUME, duration: key.sentFrames * FRAME_SAMPLES }) };
  }
}
