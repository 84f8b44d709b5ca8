'use client';

import { formatAgo, formatDateTime } from '../_lib/format';
import { useNow } from '../_lib/use-now';

const withZone = (date: Date): string => date.toLocaleString('en', { dateStyle: 'full', timeStyle: 'long', hour12: false });

/** "3 minutes ago" or "in 6 days", kept true while the page is open; the exact time with its zone on hover. */
export function When({ at, never = 'Never' }: { at: string | null; never?: string }) {
  const now = useNow(30_000);
  if (at === null) return <span className="text-ink-3">{never}</span>;
  const date = new Date(at);
  return <time dateTime={at} title={withZone(date)} className="whitespace-nowrap">{formatAgo(date, now)}</time>;
}

/** Day and time, for records that are compared with others. */
export const ExactTime = ({ at }: { at: string }) => <time dateTime={at} title={withZone(new Date(at))} className="tabular whitespace-nowrap">{formatDateTime(new Date(at))}</time>;
