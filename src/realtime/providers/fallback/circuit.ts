import type { Clock } from '@/server/platform/clock';

const FIRST_REST_MS = 2_000;
const LONGEST_REST_MS = 60_000;

/**
 *   closed ──failure──> open (rests, twice as long each time) ──rest over──> half open ──success──> closed
 *                        ^───────────────────────failure────────────────────────┘
 *
 * Half open lets one request try; the others go to the next provider until it has an answer.
 */
export class Circuit {
  private failures = 0;
  private openUntilMs = 0;
  private trying = false;

  constructor(private readonly clock: Clock) {}

  /** Whether a request may go here now. A `true` while half open reserves the trial. */
  admits(): boolean {
    if (this.failures === 0) return true;
    if (this.trying || this.clock.monotonic() < this.openUntilMs) return false;
    return (this.trying = true);
  }

  succeeded(): void { this.failures = 0; this.trying = false; }

  failed(): void {
    this.failures += 1;
    this.trying = false;
    this.openUntilMs = this.clock.monotonic() + Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (this.failures - 1));
  }

  /** The request was given up by its caller: that says nothing about the provider. */
  released(): void { this.trying = false; }
}
