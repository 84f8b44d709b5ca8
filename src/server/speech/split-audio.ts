import { rms } from '@/server/platform/audio/rms';

// Moonshine was trained on pieces of up to 30 s, and its attention grows with the square of the length.
const LONGEST_SECONDS = 24;
const SEARCH_SECONDS = 8;
const WINDOW_SECONDS = 0.1;

/** Cuts a long recording at its quietest places into pieces that the model takes. Views of the same memory. */
export function splitAudio(samples: Int16Array, sampleRate: number): Int16Array[] {
  const longest = LONGEST_SECONDS * sampleRate;
  const pieces: Int16Array[] = [];
  let rest = samples;
  while (rest.length > longest) {
    const cut = quietestPlace(rest, longest - SEARCH_SECONDS * sampleRate, longest, Math.round(WINDOW_SECONDS * sampleRate));
    pieces.push(rest.subarray(0, cut));
    rest = rest.subarray(cut);
  }
  pieces.push(rest);
  return pieces;
}

function quietestPlace(samples: Int16Array, from: number, to: number, window: number): number {
  let place = to;
  let quietest = Infinity;
  for (let start = from; start + window <= to; start += window >> 1) {
    const loudness = rms(samples.subarray(start, start + window));
    if (loudness < quietest) { quietest = loudness; place = start + (window >> 1); }
  }
  return place;
}
