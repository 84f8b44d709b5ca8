/** Milliseconds for people: 0.4 ms, 640 ms, 1.24 s. */
export function formatMs(ms: number): string {
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms > 0 && ms < 1) return `${ms.toFixed(1)} ms`;
  return `${Math.round(ms)} ms`;
}

/** A length of speech: 2.8 s. */
export const formatSeconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** A length of time as a clock shows it: 0:07, 12:30, 1:02:09. */
export function formatClock(totalSeconds: number): string {
  const seconds = Math.max(0, Math.floor(totalSeconds));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' });
const STEPS = [['second', 60], ['minute', 60], ['hour', 24], ['day', 7]] as const;

/** "5 minutes ago"; from a week on, the date. */
export function formatAgo(when: Date, now: Date): string {
  let amount = Math.round((when.getTime() - now.getTime()) / 1000);
  if (Math.abs(amount) < 10) return 'just now';
  for (const [unit, size] of STEPS) {
    if (Math.abs(amount) < size) return relative.format(amount, unit);
    amount = Math.round(amount / size);
  }
  return formatDate(when);
}

export const formatDate = (when: Date): string => when.toLocaleDateString('en', { day: 'numeric', month: 'short', year: 'numeric' });

export const formatDateTime = (when: Date): string =>
  when.toLocaleString('en', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false });

export const formatTime = (when: Date): string => when.toLocaleTimeString('en', { hour: '2-digit', minute: '2-digit', hour12: false });

export function median(values: number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export const plural = (count: number, one: string, many = `${one}s`): string => `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

/** A file's size: 812 B, 24 KB, 1.4 MB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 999_500) return `${Math.round(bytes / 1000)} KB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
