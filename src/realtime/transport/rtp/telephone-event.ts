/** RFC 4733 section 2.3: one key of a telephone in an RTP packet. */
export interface TelephoneEvent {
  event: number;
  end: boolean;
  volume: number;
  /** In timestamp units, from the event's beginning (which is the packet's timestamp). */
  duration: number;
}

const KEYS = '0123456789*#ABCD';
export type DtmfDigit = string;

export const digitOf = (event: number): DtmfDigit | null => KEYS[event] ?? null;
export const eventOf = (digit: DtmfDigit): number => (digit.length === 1 ? KEYS.indexOf(digit.toUpperCase()) : -1);
export const isDtmf = (digits: string): boolean => digits.length > 0 && [...digits].every((digit) => eventOf(digit) >= 0);

export function parseTelephoneEvent(payload: Uint8Array): TelephoneEvent | null {
  if (payload.length < 4) return null;
  return { event: payload[0]!, end: (payload[1]! & 0x80) !== 0, volume: payload[1]! & 0x3f, duration: (payload[2]! << 8) | payload[3]! };
}

export function writeTelephoneEvent({ event, end, volume, duration }: TelephoneEvent): Uint8Array {
  return Uint8Array.of(event, (end ? 0x80 : 0) | (volume & 0x3f), (duration >> 8) & 0xff, duration & 0xff);
}
