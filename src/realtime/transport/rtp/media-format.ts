/** The telephone's audio: 8 kHz mono in frames of 20 ms, whatever the packets of the other side hold. */
export const PHONE_HZ = 8_000;
export const FRAME_MS = 20;
export const FRAME_SAMPLES = (PHONE_HZ / 1000) * FRAME_MS;

/** 32-bit and 16-bit counters of RTP wrap: the distance is what counts, positive when `later` is later. */
export const distance32 = (later: number, earlier: number): number => (later - earlier) | 0;
export const distance16 = (later: number, earlier: number): number => ((later - earlier) << 16) >> 16;
