import type { SessionClock } from '../ports';

/** Resolves after `ms`, or as soon as one of the signals aborts. */
export function wait(clock: SessionClock, ms: number, signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    if (signals.some(({ aborted }) => aborted)) return resolve();
    const done = (): void => {
      cancelTimer();
      for (const signal of signals) signal.removeEventListener('abort', done);
      resolve();
    };
    const cancelTimer = clock.after(ms, done);
    for (const signal of signals) signal.addEventListener('abort', done, { once: true });
  });
}
