import type { TurnProgress, TurnStop } from './turn-stop';

/** Enough silence in a row. Between the two thresholds a frame counts as whatever the one before it was. */
export class VadStop implements TurnStop {
  #silenceMs = 0;
  #paused = false;

  constructor(private readonly options: { speculateMs: number; endpointMs: number; vadOn: number; vadOff: number }) {}

  onFrame(probability: number, frameMs: number): TurnProgress {
    const { speculateMs, endpointMs, vadOn, vadOff } = this.options;
    const silent = probability < vadOff || (probability < vadOn && this.#silenceMs > 0);
    if (!silent) {
      const resumed = this.#paused;
      this.reset();
      return resumed ? 'resumed' : 'speaking';
    }
    this.#silenceMs += frameMs;
    if (this.#silenceMs >= endpointMs) return 'ended';
    if (!this.#paused && this.#silenceMs >= speculateMs) {
      this.#paused = true;
      return 'paused';
    }
    return 'silent';
  }

  reset(): void { this.#silenceMs = 0; this.#paused = false; }
}
