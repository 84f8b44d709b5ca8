import type { ChildMessage, SupervisorMessage } from './process-messages';
import { EXIT_NEEDS_MENDING } from './process-messages';

const tell = (message: ChildMessage) => { if (process.connected) process.send?.(message); };

export const childReady = (name: string, url?: string) => tell({ type: 'ready', name, ...(url ? { url } : {}) });

/** For trouble that restarting cannot cure. Prints one line and ends the process. */
export function childFatal(name: string, message: string): never {
  tell({ type: 'fatal', name, message });
  if (!process.connected) console.error(message);
  process.exit(EXIT_NEEDS_MENDING);
}

/** Calls `drain` once, on SIGTERM, SIGINT, the supervisor's word, or its death. Ends the process after it, or after `limitMs` at the latest. */
export function onDrain(drain: (reason: string) => Promise<void>, limitMs = 10_000): void {
  let draining = false;
  const begin = (reason: string) => {
    if (draining) return;
    draining = true;
    setTimeout(() => process.exit(1), limitMs).unref();
    drain(reason).then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => begin(signal));
  process.on('message', (message: SupervisorMessage) => { if (message?.type === 'drain') begin('supervisor'); });
  process.on('disconnect', () => begin('supervisor gone'));
  if (process.connected === false) begin('supervisor gone'); // while this process was still starting, and nobody listened
}
