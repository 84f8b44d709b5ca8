import { FRAME_SAMPLES, PHONE_HZ } from './media-format';
import { eventOf } from './telephone-event';

const ROWS = [697, 770, 852, 941];
const COLUMNS = [1209, 1336, 1477, 1633];
/** Where each event (0-9 * # A-D) sits on the keypad: row, column. */
const PLACES: readonly (readonly [number, number])[] = [[3, 1], [0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2], [2, 0], [2, 1], [2, 2], [3, 0], [3, 2], [0, 3], [1, 3], [2, 3], [3, 3]];
const LEVEL = 6_000;
const GAP_SAMPLES = PHONE_HZ * 0.08;

/** ITU-T Q.23: the keys as sound, for the other side that knows no telephone-event. In whole frames. */
export function dtmfTones(digits: string, durationMs: number): Int16Array {
  const keySamples = Math.round((PHONE_HZ * durationMs) / 1000);
  const each = Math.ceil((keySamples + GAP_SAMPLES) / FRAME_SAMPLES) * FRAME_SAMPLES;
  const samples = new Int16Array(each * digits.length);
  [...digits].forEach((digit, index) => {
    const [row, column] = PLACES[eventOf(digit)]!;
    const step = (hz: number) => (2 * Math.PI * hz) / PHONE_HZ;
    for (let at = 0; at < keySamples; at++)
      samples[index * each + at] = LEVEL * (Math.sin(step(ROWS[row]!) * at) + Math.sin(step(COLUMNS[column]!) * at));
  });
  return samples;
}
