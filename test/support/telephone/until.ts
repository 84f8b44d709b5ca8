/** Waits for something that sockets and timers of ours bring about. */
export async function until(what: string, happened: () => boolean, limitMs = 10_000): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  while (!happened()) {
    if (performance.now() > giveUpAt) throw new Error(`Did not happen within ${limitMs} ms: ${what}`);
    await pause(5);
  }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => { setTimeout(resolve, ms); });
