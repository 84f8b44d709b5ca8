import { AppError } from '../platform/errors';
import { defaultBucketSeconds, LONGEST_DAYS, MOST_BUCKETS, type GetStatsInput } from './contract';

export interface StatsRange {
  from: Date;
  to: Date;
  bucketSeconds: number;
  /** Buckets begin at whole multiples of their length since 1970, so that a chart does not shift with each question. */
  firstBucket: number;
  lastBucket: number;
}

const DAY_MS = 86_400_000;

const invalid = (path: string, message: string) => new AppError('invalid_input', `${path}: ${message}`, { issues: [{ path, message }] });

export function statsRange(input: Pick<GetStatsInput, 'from' | 'to' | 'bucket_seconds'>, now: Date): StatsRange {
  const to = input.to === undefined ? now : new Date(input.to);
  const from = input.from === undefined ? new Date(to.getTime() - DAY_MS) : new Date(input.from);
  if (from >= to) throw invalid('from', 'must be before `to`');
  if (to.getTime() - from.getTime() > LONGEST_DAYS * DAY_MS) throw invalid('from', `must be at most ${LONGEST_DAYS} days before \`to\``);
  const bucketSeconds = input.bucket_seconds ?? defaultBucketSeconds((to.getTime() - from.getTime()) / 1000);
  const firstBucket = Math.floor(from.getTime() / 1000 / bucketSeconds);
  const lastBucket = Math.ceil(to.getTime() / 1000 / bucketSeconds) - 1;
  if (lastBucket - firstBucket >= MOST_BUCKETS) throw invalid('bucket_seconds', `is too short for this range: at most ${MOST_BUCKETS} buckets`);
  return { from, to, bucketSeconds, firstBucket, lastBucket };
}
