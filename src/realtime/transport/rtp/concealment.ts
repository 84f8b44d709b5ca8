import { FRAME_SAMPLES } from './media-format';

/** Voices lie between 66 and 200 Hz: periods of 40 to 120 samples. */
const SHORTEST_PERIOD = 40;
const LONGEST_PERIOD = 120;
const HISTORY = FRAME_SAMPLES + LONGEST_PERIOD;
/** Loudness at the beginning of the first, second, third missing frame, and after it: longer repetition sounds like a robot. */
const FADE = [1, 0.8, 0.4, 0];
/** The seam between what was made up and what came: 4 ms. */
const SEAM = 32;

/**
 * Hides missing audio in the way of G.711 Appendix I: the last pitch period is repeated and faded out within 60 ms,
 * and what comes after is blended in.
 */
export class Concealer {
  #history = new Int16Array(HISTORY);
  #period: Int16Array | undefined;
  #at = 0;
  #missing = 0;

  /** Audio that came. */
  played(frame: Int16Array): Int16Array {
    if (this.#missing > 0) {
      const made = this.#makeUp(SEAM, FADE[Math.min(this.#missing, FADE.length - 1)]!, FADE[Math.min(this.#missing, FADE.length - 1)]!);
      for (let index = 0; index < SEAM; index++) {
        const share = index / SEAM;
        frame[index] = frame[index]! * share + made[index]! * (1 - share);
      }
      this.#missing = 0;
      this.#period = undefined;
    }
    this.#remember(frame);
    return frame;
  }

  /** A frame in place of one that did not come. */
  missed(): Int16Array {
    if (this.#missing >= FADE.length - 1) { this.#missing += 1; return new Int16Array(FRAME_SAMPLES); }
    this.#period ??= this.#findPeriod();
    const frame = this.#makeUp(FRAME_SAMPLES, FADE[this.#missing]!, FADE[this.#missing + 1]!);
    this.#missing += 1;
    return frame;
  }

  #makeUp(length: number, from: number, to: number): Int16Array {
    const made = new Int16Array(length);
    const period = this.#period;
    if (!period) return made;
    for (let index = 0; index < length; index++) {
      made[index] = period[this.#at]! * (from + ((to - from) * index) / length);
      this.#at = (this.#at + 1) % period.length;
    }
    return made;
  }

  /** The lag at which the newest audio is most like what was before it. */
  #findPeriod(): Int16Array {
    const history = this.#history;
    const window = FRAME_SAMPLES;
    let best = LONGEST_PERIOD;
    let bestScore = -Infinity;
    for (let lag = SHORTEST_PERIOD; lag <= LONGEST_PERIOD; lag++) {
      let product = 0;
      let energy = 1;
      for (let index = HISTORY - window; index < HISTORY; index++) {
        const earlier = history[index - lag]!;
        product += history[index]! * earlier;
        energy += earlier * earlier;
      }
      const score = product / Math.sqrt(energy);
      if (score > bestScore) { bestScore = score; best = lag; }
    }
    this.#at = 0;
    return history.slice(HISTORY - best);
  }

  #remember(frame: Int16Array): void {
    this.#history.copyWithin(0, frame.length);
    this.#history.set(frame, HISTORY - frame.length);
  }
}
