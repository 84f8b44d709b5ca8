import { clampToS16 } from './pcm';

export interface Resampler {
  /** Takes a piece of any length; what cannot be computed yet is kept for the next call. */
  process(samples: Int16Array): Int16Array;
  /** The rest, as if silence followed. The resampler starts afresh after it. */
  flush(): Int16Array;
}

/** Zero crossings of the sinc on each side. 16 gives a transition band of about 8 % of the lower Nyquist. */
const ZERO_CROSSINGS = 16;
const ROLL_OFF = 0.94;
/** Kaiser window: 80 dB of stop band. */
const KAISER_BETA = 8;

interface Kernel {
  /** Reduced ratio: `up` output samples for every `down` input samples. */
  up: number;
  down: number;
  /** Input samples that one output sample looks at. */
  taps: number;
  /** `up` phases of `taps` coefficients. */
  phases: Float32Array;
}

/**
 * Streaming polyphase sinc resampler, without delay to account for: output sample n is the signal at time n / toHz.
 * Plain JavaScript on purpose: beside the Speex resampler in WebAssembly it takes 1 to 1.7 times as long (1.4 to 4 ms per
 * second of audio), but it is made synchronously and has nothing to free.
 */
export function createResampler(fromHz: number, toHz: number): Resampler {
  for (const rate of [fromHz, toHz])
    if (!Number.isInteger(rate) || rate < 1000 || rate > 384_000) throw new RangeError(`Not a sample rate: ${rate}`);
  if (fromHz === toHz) return { process: (samples) => samples, flush: () => new Int16Array(0) };

  const { up, down, taps, phases } = kernelFor(fromHz, toHz);
  const lead = taps / 2 - 1; // input samples before the one at or before the output's time
  let pending = new Float32Array(0);
  let position = 0; // output time in units of 1/up input samples, relative to pending[lead]
  const reset = () => { pending = new Float32Array(lead); position = 0; };
  reset();

  const run = (incoming: ArrayLike<number>): Int16Array => {
    const buffer = new Float32Array(pending.length + incoming.length);
    buffer.set(pending);
    buffer.set(incoming, pending.length);
    const last = buffer.length - taps;
    const count = last < 0 ? 0 : Math.max(0, Math.floor(((last + 1) * up - 1 - position) / down) + 1);
    const out = new Int16Array(count);
    for (let index = 0; index < count; index++) {
      const start = Math.floor(position / up);
      const phase = (position - start * up) * taps;
      let sum = 0;
      for (let tap = 0; tap < taps; tap++) sum += buffer[start + tap]! * phases[phase + tap]!;
      out[index] = clampToS16(sum);
      position += down;
    }
    const used = Math.min(Math.floor(position / up), buffer.length);
    pending = buffer.slice(used);
    position -= used * up;
    return out;
  };

  let received = 0;
  let produced = 0;
  return {
    process(samples) {
      const out = run(samples);
      received += samples.length;
      produced += out.length;
      return out;
    },
    flush() {
      const wanted = Math.max(0, Math.round((received * up) / down) - produced);
      const out = run(new Float32Array(taps + Math.ceil(down / up))).slice(0, wanted);
      received = produced = 0;
      reset();
      return out;
    },
  };
}

/** The whole of a recording at once. */
export function resample(samples: Int16Array, fromHz: number, toHz: number): Int16Array {
  if (fromHz === toHz) return samples;
  const resampler = createResampler(fromHz, toHz);
  const body = resampler.process(samples);
  const tail = resampler.flush();
  const out = new Int16Array(body.length + tail.length);
  out.set(body);
  out.set(tail, body.length);
  return out;
}

/** Kernels of the pairs in use. Bounded, because rates can come from strangers' files. */
const kernels = new Map<string, Kernel>();
const MAX_KERNELS = 16;

function kernelFor(fromHz: number, toHz: number): Kernel {
  const key = `${fromHz}>${toHz}`;
  let kernel = kernels.get(key);
  if (!kernel) {
    kernel = designKernel(fromHz, toHz);
    if (kernels.size >= MAX_KERNELS) kernels.delete(kernels.keys().next().value!);
    kernels.set(key, kernel);
  }
  return kernel;
}

function designKernel(fromHz: number, toHz: number): Kernel {
  // Odd rates (say 44,056 Hz) would need tens of thousands of phases: the nearest ratio with few is inaudibly off.
  const [up, down] = simplestRatio(toHz / fromHz, 1000, toHz, fromHz);
  const cutoff = Math.min(1, up / down) * ROLL_OFF;
  const half = Math.ceil(ZERO_CROSSINGS / cutoff);
  const taps = 2 * half;
  const phases = new Float32Array(up * taps);
  for (let phase = 0; phase < up; phase++) {
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) {
      const distance = tap - (half - 1) - phase / up;
      const x = Math.PI * distance * cutoff;
      const edge = distance / half;
      const value = (x === 0 ? 1 : Math.sin(x) / x) * (Math.abs(edge) < 1 ? besselI0(KAISER_BETA * Math.sqrt(1 - edge * edge)) : 0);
      phases[phase * taps + tap] = value;
      sum += value;
    }
    for (let tap = 0; tap < taps; tap++) phases[phase * taps + tap]! /= sum; // unity gain in every phase: no hum from phase to phase
  }
  return { up, down, taps, phases };
}

function simplestRatio(ratio: number, maxUp: number, toHz: number, fromHz: number): [number, number] {
  const divisor = gcd(toHz, fromHz);
  if (toHz / divisor <= maxUp) return [toHz / divisor, fromHz / divisor];
  let best: [number, number] = [1, 1];
  let error = Infinity;
  for (let up = 1; up <= maxUp; up++) {
    const down = Math.max(1, Math.round(up / ratio));
    const off = Math.abs(up / down / ratio - 1);
    if (off < error) [best, error] = [[up, down], off];
  }
  return best;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** Modified Bessel function of the first kind, order 0, by its power series. */
function besselI0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > 1e-9 * sum; k++) { term *= (x / (2 * k)) ** 2; sum += term; }
  return sum;
}
