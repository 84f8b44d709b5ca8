import { eq, sql } from 'drizzle-orm';
import { DateTime } from 'luxon';
import type { Database } from '../platform/db/client';
import { invalidField } from '../platform/errors';
import { workspaces } from '../workspaces/tables';
import { MOST_USAGE_BUCKETS, USAGE_DAYS_UNLESS_SAID, type UsageSummary } from './contract';

export interface UsageRange {
  from: Date;
  to: Date;
  timeZone: string;
}

/** By the database's clock, in the workspace's time zone. */
export async function usageRange(db: Database, options: { workspaceId: string; from?: string | undefined; to?: string | undefined }): Promise<UsageRange> {
  const [row] = await db.select({ timeZone: workspaces.timeZone, now: sql<string>`now()` }).from(workspaces).where(eq(workspaces.id, options.workspaceId));
  const timeZone = row?.timeZone ?? 'UTC';
  const to = options.to === undefined ? new Date(row?.now ?? Date.now()) : new Date(options.to);
  const from = options.from === undefined
    ? DateTime.fromJSDate(to, { zone: timeZone }).minus({ days: USAGE_DAYS_UNLESS_SAID }).startOf('day').toJSDate()
    : new Date(options.from);
  if (from >= to) throw invalidField('from', 'must be before `to`');
  return { from, to, timeZone };
}

type Bucket = UsageSummary['bucket'];
type Moment = DateTime<true> | DateTime<false>;

const DAY_MS = 86_400_000;

function bucketFor({ from, to }: UsageRange): Bucket {
  const days = (to.getTime() - from.getTime()) / DAY_MS;
  return days <= 2 ? 'hour' : days <= 100 ? 'day' : days <= 700 ? 'week' : 'month';
}

/** The beginnings of its buckets: whole ones of the time zone, so a day with a change of the clocks has 23 or 25 hours. */
export function usageBuckets(range: UsageRange, asked: Bucket | undefined): { bucket: Bucket; starts: Date[] } {
  const bucket = asked ?? bucketFor(range);
  const starts: Date[] = [];
  for (let at: Moment = DateTime.fromJSDate(range.from, { zone: range.timeZone }).startOf(bucket); at.toMillis() < range.to.getTime(); at = next(at, bucket)) {
    if (starts.length === MOST_USAGE_BUCKETS) throw invalidField('bucket', `is too short for this range: at most ${MOST_USAGE_BUCKETS} buckets`);
    starts.push(at.toJSDate());
  }
  return { bucket, starts };
}

/** `startOf` again, because some zones have days without a midnight. */
const next = (at: Moment, bucket: Bucket): Moment => at.plus({ [bucket]: 1 }).startOf(bucket);
