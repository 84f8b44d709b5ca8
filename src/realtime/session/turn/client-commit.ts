import { Capture } from '../capture';
import type { TurnDetector, TurnDetectorListener } from './turn-detector';

/** The client has its own idea of when the person stopped, and says so. */
export class ClientCommit implements TurnDetector {
  readonly #capture = new Capture();

  constructor(private readonly options: { maxUtteranceMs: number; monotonic(): number; listener: Pick<TurnDetectorListener, 'turnEnded'> }) {}

  refusal(lengthMs: number): string | null {
    const { maxUtteranceMs } = this.options;
    if (this.#capture.lengthMs + lengthMs <= maxUtteranceMs) return null;
    return `The audio buffer holds at most ${maxUtteranceMs / 1000} seconds; this piece was dropped, commit what is there`;
  }

  audio(samples: Int16Array): void { this.#capture.append(samples); }

  commit(): boolean {
    if (this.#capture.isEmpty) return false;
    this.options.listener.turnEnded({ samples: this.#capture.take(), speechEndAt: this.options.monotonic() });
    return true;
  }

  reset(): void { this.#capture.clear(); }
}
