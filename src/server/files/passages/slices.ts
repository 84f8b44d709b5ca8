/** With a unit of work begun just before its end it is some milliseconds more: less than a voice's next packet. */
const SLICE_MS = 2;

/**
 * Shares the event loop between long reckonings and everything else in the process. Whoever has a unit of work (a few
 * milliseconds) waits for `turn` before it; when a slice is used up, the sockets and voices have theirs first. One slice
 * goes to one reckoning: ten of them at once hold the loop no longer than one.
 */
export class Slices {
  private readonly waiting: Array<() => void> = [];
  private sliceBegan = -Infinity;

  async turn(signal?: AbortSignal): Promise<void> {
    if (this.waiting.length > 0 || performance.now() - this.sliceBegan >= SLICE_MS) {
      await new Promise<void>((resolve) => {
        this.waiting.push(resolve);
        if (this.waiting.length === 1) this.next();
      });
    }
    signal?.throwIfAborted();
  }

  private next(): void {
    setImmediate(() => {
      this.sliceBegan = performance.now();
      this.waiting.shift()?.();
      if (this.waiting.length > 0) this.next();
    });
  }
}
