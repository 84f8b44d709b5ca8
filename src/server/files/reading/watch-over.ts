import { Worker } from 'node:worker_threads';

/** Often enough that a decompressor at full speed is caught some hundred megabytes later. */
const LOOK_EVERY_MS = 50;

/** On a busy machine a good document must not be refused for what others do: its own computing counts, and only then the clock. */
export const PATIENCE = 3;

/**
 * Ends this process when it takes too much memory or time, from a thread of its own: the reading itself may be deep in a
 * loop. V8's limits count its heap, not the buffers that unpacked streams lie in; and whoever started us may be gone.
 */
export function watchOver({ maxMemoryBytes, timeLimitMs }: { maxMemoryBytes: number; timeLimitMs: number }): void {
  new Worker(`
    setInterval(() => {
      const { user, system } = process.cpuUsage();
      if (process.memoryUsage.rss() > ${maxMemoryBytes} || (user + system) / 1000 > ${timeLimitMs} || performance.now() > ${PATIENCE * timeLimitMs}) process.kill(process.pid, 'SIGKILL');
    }, ${LOOK_EVERY_MS});
  `, { eval: true }).unref();
}
