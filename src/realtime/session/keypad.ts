import type { SessionClock } from '../ports';

/** Nobody types more than this on a telephone. */
const MAX_DIGITS = 64;

/** Keys pressed one after the other, until `#` (which is not part of them) or a pause. */
export class Keypad {
  #digits = '';
  #cancelPause = () => {};

  constructor(private readonly options: { clock: SessionClock; gapMs: number; onEntered(digits: string): void }) {}

  /** Some were pressed, and more may come. */
  get typing(): boolean { return this.#digits !== ''; }

  press(digit: string): void {
    this.#cancelPause();
    if (digit === '#' && this.#digits !== '') return this.#enter();
    this.#digits += digit;
    if (digit === '#' || this.#digits.length >= MAX_DIGITS) return this.#enter(); // a lone # is an answer too
    this.#cancelPause = this.options.clock.after(this.options.gapMs, () => this.#enter());
  }

  clear(): void { this.#cancelPause(); this.#digits = ''; }

  #enter(): void {
    const digits = this.#digits;
    this.clear();
    this.options.onEntered(digits);
  }
}
