import { FRAME_SAMPLES, PHONE_HZ, distance32 } from './media-format';
import { digitOf, parseTelephoneEvent, type DtmfDigit } from './telephone-event';

/** Without an update for so long the key is up, although its end (three packets) never came. */
const LOST_END_MS = 200;

export interface PressedDigit { digit: DtmfDigit; durationMs: number }

/*
 *            first packet                    end (any of three), a newer event, or no update for 200 ms
 *   idle ─────────────────▶ pressed (duration grows) ───────────────────────────────▶ idle, reported once
 * All packets of one event carry its beginning as timestamp (RFC 4733 section 2.5.1): that tells them from the next one,
 * and the second and third end, or a late update, from a new press.
 */
export class DtmfReceiver {
  #pressed: { digit: DtmfDigit; timestamp: number; duration: number; seenAtMs: number } | undefined;
  #lastTimestamp: number | undefined;

  constructor(private readonly onDigit: (pressed: PressedDigit) => void) {}

  /** While a key is down no audio comes: what is missing then is not lost. */
  get active(): boolean { return this.#pressed !== undefined; }

  take(packet: { timestamp: number; payload: Uint8Array }, nowMs: number): void {
    const event = parseTelephoneEvent(packet.payload);
    const digit = event && digitOf(event.event);
    if (!event || !digit) return; // hook flash, tones, garbage
    if (this.#lastTimestamp !== undefined && distance32(packet.timestamp, this.#lastTimestamp) <= 0) return; // reported already, or older
    if (this.#pressed && this.#pressed.timestamp !== packet.timestamp) {
      if (distance32(packet.timestamp, this.#pressed.timestamp) < 0) return;
      this.#report();
    }
    const duration = Math.max(this.#pressed?.duration ?? 0, event.duration);
    this.#pressed = { digit, timestamp: packet.timestamp, duration, seenAtMs: nowMs };
    if (event.end) this.#report();
  }

  tick(nowMs: number): void {
    if (this.#pressed && nowMs - this.#pressed.seenAtMs >= LOST_END_MS) this.#report();
  }

  /** Another source: its timestamps have nothing to do with those before. */
  reset(): void { this.#pressed = undefined; this.#lastTimestamp = undefined; }

  #report(): void {
    const { digit, timestamp, duration } = this.#pressed!;
    this.#pressed = undefined;
    this.#lastTimestamp = timestamp;
    this.onDigit({ digit, durationMs: Math.max(duration, FRAME_SAMPLES) / (PHONE_HZ / 1000) });
  }
}
