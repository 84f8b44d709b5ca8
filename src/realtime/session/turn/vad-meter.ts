import { rms } from '../../audio/rms';
import type { VadUpdate } from '../../transport/transport';

/** About ten times a second: a level meter that looks alive, for a hundredth of what the audio takes. */
const FRAMES_A_REPORT = 3;

/** Tells a client what the VAD sees: at once when somebody begins or stops, else now and then, with the loudest frame. */
export class VadMeter {
  #frames = 0;
  #energy = 0;
  #state: VadUpdate['state'] = 'silence';

  constructor(private readonly report: (update: VadUpdate) => void) {}

  frame(samples: Int16Array, speaking: boolean): void {
    const state = speaking ? 'speech' : 'silence';
    this.#energy = Math.max(this.#energy, rms(samples));
    this.#frames += 1;
    if (state === this.#state && this.#frames < FRAMES_A_REPORT) return;
    this.report({ energy: Math.min(1, this.#energy), state });
    this.#state = state;
    this.#frames = 0;
    this.#energy = 0;
  }
}
