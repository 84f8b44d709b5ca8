import { rms } from '@/server/platform/audio/rms';

const WINDOW_SECONDS = 0.02;
/** Of the level that is held for 0.2 s in all: a click is louder than words, but shorter. */
const QUIET = 0.05;
const HELD_WINDOWS = 10;
/** What begins speech is at least three windows long: a button that is pressed is not. */
const SOUNDING_WINDOWS = 3;
/** Kept at both ends: words begin and end softly. */
const MARGIN_SECONDS = 0.1;

/**
 * Leaves out what comes before the first sound and after the last: half a second of silence before the words makes
 * Moonshine certain that there are none, which is whoever holds a button and thinks for a moment. A view of the same memory;
 * everything, where nothing stands out.
 */
export function trimSilence(samples: Int16Array, sampleRate: number): Int16Array {
  const size = Math.round(WINDOW_SECONDS * sampleRate);
  const levels = Array.from({ length: Math.ceil(samples.length / size) }, (_, index) => rms(samples.subarray(index * size, (index + 1) * size)));
  const held = levels.toSorted((a, b) => b - a)[Math.min(HELD_WINDOWS, levels.length) - 1] ?? 0;
  const isSounding = (from: number) => from >= 0 && from + SOUNDING_WINDOWS <= levels.length && levels.slice(from, from + SOUNDING_WINDOWS).every((level) => level > held * QUIET);
  const first = levels.findIndex((_, index) => isSounding(index));
  if (first < 0) return samples;
  const last = levels.findLastIndex((_, index) => isSounding(index - SOUNDING_WINDOWS + 1));
  const margin = Math.round(MARGIN_SECONDS * sampleRate);
  return samples.subarray(Math.max(0, first * size - margin), (last + 1) * size + margin);
}
