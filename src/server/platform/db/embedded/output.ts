import { readText } from './frames';
import type { TransactionStatus } from './client';

export interface Notification {
  channel: string;
  /** Where its message begins and ends in the output. */
  from: number;
  to: number;
}

/** What one run of the session answered, without taking it apart row by row. */
export interface OutputSummary {
  /** From ReadyForQuery; null when the client has not synced yet. */
  status: TransactionStatus | null;
  failed: boolean;
  rolledBack: boolean;
  notifications: Notification[];
}

const ERROR = 'E'.charCodeAt(0);
const READY = 'Z'.charCodeAt(0);
const COMPLETE = 'C'.charCodeAt(0);
const NOTIFICATION = 'A'.charCodeAt(0);

export function summarize(output: Buffer): OutputSummary {
  const summary: OutputSummary = { status: null, failed: false, rolledBack: false, notifications: [] };
  for (let at = 0; at + 5 <= output.length;) {
    const type = output[at];
    const end = at + 1 + output.readInt32BE(at + 1);
    if (type === ERROR) summary.failed = true;
    else if (type === READY) summary.status = String.fromCharCode(output[at + 5]!) as TransactionStatus;
    else if (type === COMPLETE) summary.rolledBack = output.toString('latin1', at + 5, end - 1) === 'ROLLBACK';
    else if (type === NOTIFICATION) summary.notifications.push({ channel: readText(output, at + 9)[0], from: at, to: end });
    at = end;
  }
  return summary;
}

/** The output without what is between the given places. */
export function without(output: Buffer, places: Pick<Notification, 'from' | 'to'>[]): Buffer {
  if (places.length === 0) return output;
  const parts: Buffer[] = [];
  let from = 0;
  for (const place of places) {
    parts.push(output.subarray(from, place.from));
    from = place.to;
  }
  return Buffer.concat([...parts, output.subarray(from)]);
}
