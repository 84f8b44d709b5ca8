import { z } from 'zod';
import { moment } from '../api/fields.contract';
import type { RouteMeta } from '../api/route-meta';
import { channel } from '../conversations/contract';

export const MOST_BUCKETS = 500;
export const LONGEST_DAYS = 400;
const DAY_SECONDS = 86_400;

/** Lengths people read well; the first that gives at most FEW_BUCKETS is the default. */
const BUCKET_LADDER_SECONDS = [60, 300, 900, 1800, 3600, 7200, 21_600, DAY_SECONDS, 7 * DAY_SECONDS];
const FEW_BUCKETS = 60;

export function defaultBucketSeconds(rangeSeconds: number): number {
  return BUCKET_LADDER_SECONDS.find((seconds) => rangeSeconds / seconds <= FEW_BUCKETS) ?? 7 * DAY_SECONDS;
}

const since2000 = moment({ firstYear: 2000 });

export const getStatsInput = z.object({
  from: since2000.optional().meta({ description: 'The beginning, of the first bucket too; 24 hours before `to` unless said.' }),
  to: since2000.optional().meta({ description: 'The end, not included; now unless said.' }),
  bucket_seconds: z.number().int().min(60).max(31 * DAY_SECONDS).optional().meta({ description: `Length of one bucket; at most ${MOST_BUCKETS} of them. Chosen by the range unless said.` }),
  agent_id: z.uuid('must be a UUID').optional(),
  channel: channel.optional(),
});

const figures = {
  turns: z.number().int().meta({ description: 'Replies to what people said or wrote, whatever became of them.' }),
  failed_turns: z.number().int().meta({ description: 'Turns whose reply failed.' }),
  sessions: z.number().int().meta({ description: 'Conversations that began.' }),
  p50_ms: z.number().nullable().meta({ description: 'Half of the replies began to be heard within this time; null without any.' }),
  p95_ms: z.number().nullable(),
};

export const statsBucket = z.object({ at: z.iso.datetime(), ...figures }).meta({ id: 'StatsBucket' });

export const stats = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  bucket_seconds: z.number().int(),
  buckets: z.array(statsBucket),
  totals: z.object(figures),
}).meta({ id: 'Stats' });

export const getStatsRoute = {
  openapi: { method: 'GET', path: '/api/stats', tags: ['Stats'], summary: 'Turns, latency, failures and sessions over time' },
  auth: { role: 'viewer' },
} satisfies RouteMeta;

export type GetStatsInput = z.infer<typeof getStatsInput>;
export type Stats = z.infer<typeof stats>;
export type StatsBucket = z.infer<typeof statsBucket>;
