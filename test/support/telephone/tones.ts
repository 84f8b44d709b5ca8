/** 8 kHz mono test audio and how to recognise it again. */
export function tone(hz: number, ms: number, options: { level?: number; fromMs?: number } = {}): Int16Array {
  const { level = 8_000, fromMs = 0 } = options;
  return Int16Array.from({ length: ms * 8 }, (_, index) => level * Math.sin((2 * Math.PI * hz * (index + fromMs * 8)) / 8_000));
}

/** The share of the audio's energy that is at this frequency (Goertzel): close to 1 for a pure tone. */
export function purity(samples: Int16Array, hz: number): number {
  const k = 2 * Math.cos((2 * Math.PI * hz) / 8_000);
  let [last, before, energy] = [0, 0, 0];
  for (const sample of samples) {
    [last, before] = [sample + k * last - before, last];
    energy += sample * sample;
  }
  return energy === 0 ? 0 : (2 * (last * last + before * before - k * last * before)) / (energy * samples.length);
}

export const join = (pieces: readonly Int16Array[]): Int16Array => {
  const all = new Int16Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) { all.set(piece, at); at += piece.length; }
  return all;
};

/** The middle of what was heard: without the beginning and the end of the tone. */
export const trimSilence = (samples: Int16Array): Int16Array => {
  const loud = (sample: number) => Math.abs(sample) > 500;
  const first = samples.findIndex(loud);
  const last = samples.findLastIndex(loud);
  return first < 0 ? new Int16Array(0) : samples.slice(first, last + 1);
};

/** The share of what was heard that is this tone, judged 20 ms at a time: a frame that was made up or a pause spoils itself only. @param least purity of a frame of it: half as much for one of two tones */
export function shareOfTone(samples: Int16Array, hz: number, least = 0.8): number {
  const spoken = trimSilence(samples);
  const frames = Array.from({ length: Math.floor(spoken.length / 160) }, (_, index) => spoken.subarray(index * 160, (index + 1) * 160)).filter((frame) => frame.some((sample) => Math.abs(sample) > 500));
  return frames.filter((frame) => purity(frame, hz) > least).length / Math.max(1, frames.length);
}

/** Whether the newest `ms` of what was heard, in frames of 20 ms, are this tone without a gap. */
export function endsInTone(frames: readonly Int16Array[], hz: number, { ms = 1_000, share = 0.85 }: { ms?: number; share?: number } = {}): boolean {
  const newest = join(frames.slice(-ms / 20));
  return trimSilence(newest).length > (ms - 60) * 8 && shareOfTone(newest, hz) > share;
}
