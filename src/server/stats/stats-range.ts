import { invalidField } from '../platform/errors';
import { defaultBucketSeconds, LONGEST_DAYS, MOST_BUCKETS, type GetStatsInput } from './contract';

export interface StatsRange {
  from: Date;
  to: Date;
  bucketSeconds: number;
  /** The last one may be cut off by `to`. */
  buckets: number;
}

const DAY_SECONDS = 86_400;

/** Buckets begin at `from`: whoever wants days of a time zone says its midnight. */
export function statsRange(input: Pick<GetStatsInput, 'from' | 'to' | 'bucket_seconds'>, now: Date): StatsRange {
  const to = input.to === undefined ? now : new Date(input.to);
  const from = input.from === undefined ? aDayBefore(to, input.bucket_seconds ?? defaultBucketSeconds(DAY_SECONDS)) : new Date(input.from);
  if (from >= to) throw invalidField('from', 'must be before `to`');
  const seconds = (to.getTime() - from.getTime()) / 1000;
  if (seconds > LONGEST_DAYS * DAY_SECONDS) throw invalidField('from', `must be at most ${LONGEST_DAYS} days before \`to\``);
  const bucketSeconds = input.bucket_seconds ?? defaultBucketSeconds(seconds);
  const buckets = Math.ceil(seconds / bucketSeconds);
  if (buckets > MOST_BUCKETS) throw invalidField('bucket_seconds', `is too short for this range: at most ${MOST_BUCKETS} buckets`);
  return { from, to, bucketSeconds, buckets };
}

/** At a whole bucket, so that a chart does not shift with each question. */
const aDayBefore = (to: Date, bucketSeconds: number): Date => new Date(Math.floor((to.getTime() / 1000 - DAY_SECONDS) / bucketSeconds) * bucketSeconds * 1000);
