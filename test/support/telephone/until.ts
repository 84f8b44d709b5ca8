/** Longer than any machine stands still: nobody waits for it while all is well. */
const LIMIT_MS = 60_000;

/** Waits for something that sockets and timers of ours bring about. */
export async function until(what: string, happened: () => boolean | Promise<boolean>, limitMs = LIMIT_MS): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  while (!(await happened())) {
    if (performance.now() > giveUpAt) throw new Error(`Did not happen within ${limitMs} ms: ${what}`);
    await pause(5);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });
