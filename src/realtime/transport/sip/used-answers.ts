export interface UsedAnswersOptions {
  /** How long a nonce is good for. */
  lifeMs: number;
  maxKept?: number;
}

export interface AnswerUse {
  nonce: string;
  /** The nonce count; empty from those who do not count: they use a nonce once. */
  nc: string;
  /** The request that brings it. */
  by: string;
  madeAtMs: number;
  nowMs: number;
}

const MAX_KEPT = 10_000;

/**
 * Which answers to our challenges were used already (RFC 2617 section 3.2.2: a nonce count that repeats is a replay). Only those
 * that were right come here, so strangers cannot fill it; and when it is full, nonces as old as what is forgotten are good no longer.
 */
export class UsedAnswers {
  readonly #used = new Map<string, { by: string; madeAtMs: number; usedAtMs: number }>();
  #forgottenMs = -Infinity;

  constructor(private readonly options: UsedAnswersOptions) {}

  /** `same`: by the same request before. */
  use({ nonce, nc, by, madeAtMs, nowMs }: AnswerUse): 'first' | 'same' | 'refused' {
    const key = `${nonce} ${nc}`;
    const before = this.#used.get(key);
    if (before) return before.by === by ? 'same' : 'refused';
    if (madeAtMs <= this.#forgottenMs) return 'refused';
    this.#used.set(key, { by, madeAtMs, usedAtMs: nowMs });
    this.#forget(nowMs);
    return 'first';
  }

  #forget(nowMs: number): void {
    const { lifeMs, maxKept = MAX_KEPT } = this.options;
    for (const [key, { madeAtMs, usedAtMs }] of this.#used) {
      const expired = nowMs - usedAtMs >= lifeMs; // its nonce is older still
      if (!expired && this.#used.size <= maxKept) return;
      this.#used.delete(key);
      if (!expired) this.#forgottenMs = Math.max(this.#forgottenMs, madeAtMs);
    }
  }
}
