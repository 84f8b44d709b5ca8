import { readFileSync } from 'node:fs';

/** Whether a process still runs. A killed one whose parent has gone may keep its number on Linux, with 'Z' for its state. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
