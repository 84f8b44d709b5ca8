/** Zero crossings of the low-pass on each side: 16 keeps speech flat to 7 kHz and aliases below −60 dB. */
const ZERO_CROSSINGS = 16;
/** The pass band ends a little under the new Nyquist frequency, so that the slope lies below it. */
const PASS_BAND = 0.92;

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/**
 * A microphone's rate (44.1, 48, 96 kHz) down to the session's, block by block, with nothing lost or repeated at the
 * seams. Browsers differ in whether an AudioContext may have another rate than its microphone, so we do it ourselves.
 * A polyphase windowed-sinc filter: the ratio is rational, so every phase's taps are computed once.
 */
export class Downsampler {
  private readonly phases: Float32Array[];
  private readonly up: number;
  private readonly down: number;
  private readonly half: number;
  private history: Float32Array;
  /** Where the next output sample lies, in 1/up input samples from the start of `history`. */
  private position: number;

  constructor(fromHz: number, toHz: number) {
    if (fromHz < toHz) throw new RangeError(`cannot go up from ${fromHz} to ${toHz} Hz`);
    const divisor = gcd(fromHz, toHz);
    this.up = toHz / divisor;
    this.down = fromHz / divisor;
    this.half = Math.ceil((ZERO_CROSSINGS * fromHz) / toHz);
    this.phases = Array.from({ length: this.up }, (_, phase) => this.taps(phase / this.up, (PASS_BAND * toHz) / fromHz));
    this.history = new Float32Array(this.half - 1);
    this.position = (this.half - 1) * this.up;
  }

  process(block: Float32Array): Float32Array {
    const input = new Float32Array(this.history.length + block.length);
    input.set(this.history);
    input.set(block, this.history.length);
    const out: number[] = [];
    for (; Math.floor(this.position / this.up) + this.half < input.length; this.position += this.down) {
      const taps = this.phases[this.position % this.up]!;
      const first = Math.floor(this.position / this.up) - this.half + 1;
      let sum = 0;
      for (let tap = 0; tap < taps.length; tap++) sum += input[first + tap]! * taps[tap]!;
      out.push(sum);
    }
    const kept = Math.max(0, Math.floor(this.position / this.up) - this.half + 1);
    this.history = input.slice(kept);
    this.position -= kept * this.up;
    return Float32Array.from(out);
  }

  /** Blackman-windowed sinc around `offset`, scaled so that a constant keeps its value. */
  private taps(offset: number, cutoff: number): Float32Array {
    const taps = Float32Array.from({ length: 2 * this.half }, (_, index) => {
      const x = index - this.half + 1 - offset;
      const sinc = x === 0 ? cutoff : Math.sin(Math.PI * cutoff * x) / (Math.PI * x);
      const turn = (Math.PI * x) / this.half;
      return Math.abs(x) > this.half ? 0 : sinc * (0.42 + 0.5 * Math.cos(turn) + 0.08 * Math.cos(2 * turn));
    });
    const gain = taps.reduce((sum, tap) => sum + tap, 0);
    return taps.map((tap) => tap / gain);
  }
}
