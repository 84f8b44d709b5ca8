'use client';

import { formatAgo, formatClock, formatDateTime } from '../../_lib/format';
import { useNow } from '../../_lib/use-now';

/** "3 minutes ago", kept true while the page is open; the exact time on hover. */
export function Ago({ when }: { when: string }) {
  const now = useNow(30_000);
  const date = new Date(when);
  return <time dateTime={when} title={formatDateTime(date)}>{formatAgo(date, now)}</time>;
}

/** A running clock since then. */
export function Elapsed({ since }: { since: string }) {
  const now = useNow(1000);
  return <span className="tabular">{formatClock((now.getTime() - Date.parse(since)) / 1000)}</span>;
}
