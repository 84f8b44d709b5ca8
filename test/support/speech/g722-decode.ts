/**
 * G.722 at 64 kbit/s (ITU-T G.722, section 6): two sub-bands of ADPCM joined by a quadrature mirror filter, 16 kHz out.
 * For the Debian recordings, whose only wide-band form this is.
 */
const QUANTISER_LOW = Int16Array.of(
  -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
  -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
  24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
  4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
);
const QUANTISER_LOW_COARSE = Int16Array.of(0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0);
const QUANTISER_HIGH = Int16Array.of(-7408, -1616, 7408, 1616);
const SCALE_STEP_LOW = Int16Array.of(-60, -30, 58, 172, 334, 538, 1198, 3042);
const SCALE_INDEX_LOW = Int16Array.of(0, 7, 6, 5, 4, 3, 2, 1, 7, 6, 5, 4, 3, 2, 1, 0);
const SCALE_STEP_HIGH = Int16Array.of(0, -214, 798);
const SCALE_INDEX_HIGH = Int16Array.of(2, 1, 2, 1);
const INVERSE_LOG = Int16Array.of(
  2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
  2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
);
const MIRROR_FILTER = Int16Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11);

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(high, value));
const saturate = (value: number) => clamp(value, -32768, 32767);

/** One sub-band's adaptive predictor and step size. Index 0 of each history is the newest. */
class Band {
  estimate = 0;
  private zeroPart = 0;
  private logScale = 0;
  private readonly differences = new Int32Array(7);
  private readonly zeros = new Int32Array(7);
  private readonly reconstructed = new Int32Array(3);
  private readonly partial = new Int32Array(3);
  private poles: [number, number] = [0, 0];

  constructor(public scale: number, private readonly shift: number, private readonly highestLogScale: number) {}

  adaptScale(step: number): void {
    this.logScale = clamp(((this.logScale * 127) >> 7) + step, 0, this.highestLogScale);
    const mantissa = INVERSE_LOG[(this.logScale >> 6) & 31]!;
    const shift = this.shift - (this.logScale >> 11);
    this.scale = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;
  }

  /** Block 4 of the recommendation: adapts the predictor to the decoded difference and predicts the next sample. */
  adaptPredictor(difference: number): void {
    const { differences, zeros, reconstructed, partial } = this;
    differences[0] = difference;
    reconstructed[0] = saturate(this.estimate + difference);
    partial[0] = saturate(this.zeroPart + difference);
    const same = (other: number) => partial[0]! >> 15 === other >> 15;

    const [pole1, pole2] = this.poles;
    const scaled = saturate(pole1 << 2);
    const turn = Math.min(32767, same(partial[1]!) ? -scaled : scaled);
    const next2 = clamp((same(partial[2]!) ? 128 : -128) + (turn >> 7) + ((pole2 * 32512) >> 15), -12288, 12288);
    const limit = saturate(15360 - next2);
    const next1 = clamp(saturate((same(partial[1]!) ? 192 : -192) + ((pole1 * 32640) >> 15)), -limit, limit);
    this.poles = [next1, next2];

    const gain = difference === 0 ? 0 : 128;
    for (let index = 1; index <= 6; index++)
      zeros[index] = saturate((difference >> 15 === differences[index]! >> 15 ? gain : -gain) + ((zeros[index]! * 32640) >> 15));
    differences.copyWithin(1, 0, 6);
    reconstructed.copyWithin(1, 0, 2);
    partial.copyWithin(1, 0, 2);

    const polePart = saturate(((next1 * saturate(2 * reconstructed[1]!)) >> 15) + ((next2 * saturate(2 * reconstructed[2]!)) >> 15));
    let zeroPart = 0;
    for (let index = 6; index >= 1; index--) zeroPart += (zeros[index]! * saturate(2 * differences[index]!)) >> 15;
    this.zeroPart = saturate(zeroPart);
    this.estimate = saturate(polePart + this.zeroPart);
  }
}

export function decodeG722(bytes: Uint8Array): Int16Array {
  const low = new Band(32, 8, 18432);
  const high = new Band(8, 10, 22528);
  const history = new Int32Array(24);
  const samples = new Int16Array(bytes.length * 2);
  bytes.forEach((code, position) => {
    const lowCode = code & 63;
    const highCode = code >> 6;
    const lowSample = clamp(low.estimate + ((low.scale * QUANTISER_LOW[lowCode]!) >> 15), -16384, 16383);
    const lowDifference = (low.scale * QUANTISER_LOW_COARSE[lowCode >> 2]!) >> 15;
    low.adaptScale(SCALE_STEP_LOW[SCALE_INDEX_LOW[lowCode >> 2]!]!);
    low.adaptPredictor(lowDifference);

    const highDifference = (high.scale * QUANTISER_HIGH[highCode]!) >> 15;
    const highSample = clamp(high.estimate + highDifference, -16384, 16383);
    high.adaptScale(SCALE_STEP_HIGH[SCALE_INDEX_HIGH[highCode]!]!);
    high.adaptPredictor(highDifference);

    history.copyWithin(0, 2);
    history[22] = lowSample + highSample;
    history[23] = lowSample - highSample;
    let even = 0;
    let odd = 0;
    for (let tap = 0; tap < 12; tap++) {
      even += history[2 * tap + 1]! * MIRROR_FILTER[11 - tap]!;
      odd += history[2 * tap]! * MIRROR_FILTER[tap]!;
    }
    samples[2 * position] = saturate(even >> 11);
    samples[2 * position + 1] = saturate(odd >> 11);
  });
  return samples;
}
