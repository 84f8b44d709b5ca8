import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs';

/** WAL segments in use at any time: the current one and the one before it. */
const MAX_HANDLES = 4;

/**
 * Group commit. Postgres hands over WAL segments it wants synced; one fdatasync in the thread pool then serves every
 * connection that committed meanwhile, while the session already works for the next one.
 *
 *   clean ── note() ──> pending ── flush() ──> in flight ──> clean
 *     ^                    │                       │  (notes arriving now wait for the next flush)
 *     └──── barrier() ─────┴───────────────────────┘  synchronous: for whatever must not reach the disk before the WAL
 */
export class WalFlusher {
  #pending = new Set<string>();
  #flying = new Set<string>();
  #flight: Promise<void> | null = null;
  /** Descriptors of our own: Postgres closes its when it moves on to the next segment. */
  readonly #handles = new Map<string, number>();

  /** A failed sync may have dropped pages that can never be written again: `onFailure` must end the process, and recovery replays the WAL. */
  constructor(private readonly onFailure: (error: unknown) => void) {}

  get isPending(): boolean {
    return this.#pending.size > 0 || this.#flight !== null;
  }

  note(file: string): void {
    this.#pending.add(file);
  }

  async flush(): Promise<void> {
    if (this.#flight) await this.#flight; // it began too early for our bytes
    if (this.#flight) return this.#flight; // another waiter has begun the next one, with our bytes in it
    if (this.#pending.size === 0) return;
    [this.#flying, this.#pending] = [this.#pending, new Set()];
    this.#flight = Promise.all([...this.#flying].map((file) => syncData(this.#handle(file))))
      .then(() => {}, this.onFailure)
      .finally(() => {
        this.#flying.clear();
        this.#flight = null;
      });
    return this.#flight;
  }

  barrier(): void {
    // What is still in flight is synced again, because it cannot be waited for here.
    const files = new Set([...this.#pending, ...this.#flying]);
    if (files.size === 0) return;
    this.#pending.clear();
    try {
      for (const file of files) fdatasyncSync(this.#handle(file));
    } catch (error) {
      this.onFailure(error);
    }
  }

  /** The name now means another file, or none. */
  forget(file: string): void {
    const descriptor = this.#handles.get(file);
    if (descriptor === undefined) return;
    this.#handles.delete(file);
    if (this.#flight) void this.#flight.finally(() => closeSync(descriptor));
    else closeSync(descriptor);
  }

  close(): void {
    this.barrier();
    for (const file of [...this.#handles.keys()]) this.forget(file);
  }

  #handle(file: string): number {
    const known = this.#handles.get(file);
    if (known !== undefined) return known;
    if (this.#handles.size >= MAX_HANDLES) for (const old of [...this.#handles.keys()]) this.forget(old);
    const descriptor = openSync(file, 'r+');
    this.#handles.set(file, descriptor);
    return descriptor;
  }
}

const syncData = (descriptor: number) =>
  new Promise<void>((resolve, reject) => fdatasync(descriptor, (error) => (error ? reject(error) : resolve())));
