/** Turns a stream of mono s16 from one rate into another. */
export interface Resampler {
  process(samples: Int16Array): Int16Array;
  /** What the filter still holds. */
  flush(): Int16Array;
}

export type CreateResampler = (fromHz: number, toHz: number) => Resampler;
