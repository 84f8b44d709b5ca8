import type { Database } from '../platform/db/client';

export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

/** Longer than any of our transactions on a busy machine, shorter than a person waits for an answer. */
export const WRITE_TIMEOUT_MS = 5_000;

export interface BoundedOptions {
  timeoutMs?: number;
  signal?: AbortSignal;
}

/**
 * A transaction that ends in time. A driver that lost its server may keep a statement for as long as it reconnects;
 * the caller must not wait for that. One that was given up rolls itself back if it ever gets its turn.
 */
export async function boundedTransaction<T>(db: Database, work: (tx: Transaction) => Promise<T>, { timeoutMs = WRITE_TIMEOUT_MS, signal }: BoundedOptions = {}): Promise<T> {
  const timer = AbortSignal.timeout(timeoutMs);
  const stop = signal ? AbortSignal.any([timer, signal]) : timer;
  const running = db.transaction(async (tx) => {
    stop.throwIfAborted();
    const result = await work(tx);
    stop.throwIfAborted(); // before the commit
    return result;
  });
  let giveUp: (() => void) | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    giveUp = () => reject(Object.assign(new Error('The database did not answer in time'), { code: 'ETIMEDOUT' }));
    stop.addEventListener('abort', giveUp, { once: true });
    if (stop.aborted) giveUp();
  });
  try {
    return await Promise.race([running, late]);
  } finally {
    if (giveUp) stop.removeEventListener('abort', giveUp);
    running.catch(() => {}); // given up: nobody else listens
    late.catch(() => {});
  }
}
