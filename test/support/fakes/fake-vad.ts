import type { Vad } from '@/realtime/providers/vad';

/** Loud is speech, quiet is not. */
export const fakeVad: Vad = {
  frameSamples: 512,
  stream: () => ({
    push: async (frame) => (frame.some((sample) => Math.abs(sample) > 0.1) ? 0.95 : 0.02),
    reset: () => {},
  }),
};
