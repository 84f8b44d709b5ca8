import type { Logger } from '../platform/logger';

export interface ReplyCheckpointsOptions {
  /** From `begin` to the first. */
  afterMs: number;
  /** From one to the next. */
  everyMs: number;
  /** False: it was not written, this time. */
  write(): Promise<boolean>;
  logger: Logger;
}

/**
 * When a reply that is being written is put down as far as it came. Whoever writes it waits for none of them, and one
 * that fails is tried again at the next.
 *
 *   idle ──begin()──▶ due in 2 s ──▶ writing ──▶ due in 3 s ──▶ writing ──▶ …
 *   any ──stop()──▶ stopped     one that is being written ends by itself, and counts for nothing once the reply has its end
 */
export class ReplyCheckpoints {
  #timer: NodeJS.Timeout | undefined;
  #begun = false;
  #stopped = false;
  #made = false;
  #failed = false;

  constructor(private readonly options: ReplyCheckpointsOptions) {}

  /** There may be one. */
  get made(): boolean { return this.#made; }

  /** There is something to keep; after the first time it does nothing. */
  begin(): void {
    if (this.#begun || this.#stopped) return;
    this.#begun = true;
    this.#in(this.options.afterMs);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #in(ms: number): void { this.#timer = setTimeout(() => void this.#write(), ms); }

  async #write(): Promise<void> {
    const before = this.#made;
    this.#made = true; // one that fails may have been written all the same
    try {
      this.#made = (await this.options.write()) || before;
    } catch (err) {
      if (!this.#failed) this.options.logger.warn({ err }, 'a reply could not be put down while it is written');
      this.#failed = true;
    }
    if (!this.#stopped) this.#in(this.options.everyMs);
  }
}
