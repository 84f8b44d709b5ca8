/** Short beside every limit, long beside the work of a timer. */
const PIECE_MS = 100;
/** A process that is busy is late for each piece, which counts; one that stood still is later than that. */
const MOST_A_PIECE_MS = 2 * PIECE_MS;

/**
 * Runs `late` after so much time in which this process ran; answers how to cancel it. For limits of what others answer: a machine
 * that stood still (suspended, out of processors) finds its timers due before it reads the answers that came meanwhile, and a
 * single timer would give up on somebody who was not slow.
 */
export function awakeTimer(ms: number, late: () => void): () => void {
  let leftMs = ms;
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const beganAt = performance.now();
    const pieceMs = Math.min(PIECE_MS, leftMs);
    timer = setTimeout(() => {
      leftMs -= Math.max(pieceMs, Math.min(performance.now() - beganAt, MOST_A_PIECE_MS));
      if (leftMs > 0) wait();
      else late();
    }, pieceMs);
  };
  wait();
  return () => clearTimeout(timer);
}
