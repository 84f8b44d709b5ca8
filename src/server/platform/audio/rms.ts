/** Loudness of mono s16 audio, 0..1 of full scale; 0 for no samples. */
export function rms(samples: Int16Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return Math.sqrt(sum / samples.length) / 32768;
}

/** Largest magnitude, 0..1 of full scale. */
export function peak(samples: Int16Array): number {
  let top = 0;
  for (const sample of samples) top = Math.max(top, Math.abs(sample));
  return top / 32768;
}
