import type { UsageSummary } from '@/server/usage/contract';

type Frame = Pick<UsageSummary, 'bucket' | 'time_zone'>;

/** Below the axis, in the workspace's time. */
export function bucketTick({ bucket, time_zone: timeZone }: Frame, at: Date): string {
  if (bucket === 'hour') return at.toLocaleTimeString('en', { timeZone, hour: '2-digit', minute: '2-digit', hour12: false });
  if (bucket === 'month') return at.toLocaleDateString('en', { timeZone, month: 'short', year: '2-digit' });
  return at.toLocaleDateString('en', { timeZone, day: 'numeric', month: 'short' });
}

/** The time that a bucket covers. */
export function bucketWords({ bucket, time_zone: timeZone }: Frame, at: Date): string {
  switch (bucket) {
    case 'hour': return at.toLocaleString('en', { timeZone, day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hour12: false });
    case 'day': return at.toLocaleDateString('en', { timeZone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
    case 'week': return `Week of ${at.toLocaleDateString('en', { timeZone, day: 'numeric', month: 'short', year: 'numeric' })}`;
    case 'month': return at.toLocaleDateString('en', { timeZone, month: 'long', year: 'numeric' });
  }
}
