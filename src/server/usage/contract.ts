import { z } from 'zod';
import { moment, storable } from '../api/fields.contract';
import type { RouteMeta } from '../api/route-meta';
import type { Channel } from '../conversations/tables';
import type { UsageLeg } from './tables';

export const usageLeg = z.enum(['llm', 'stt', 'tts', 'telephony', 'embedding'] as const satisfies readonly UsageLeg[]);
const usageChannel = z.enum(['device', 'browser', 'chat', 'phone'] as const satisfies readonly Channel[]);

export const conversationUsage = z.object({
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  cached_tokens: z.number().int().meta({ description: 'The part of the input tokens that the provider had cached.' }),
  stt_seconds: z.number().meta({ description: 'Audio that was transcribed.' }),
  tts_characters: z.number().int().meta({ description: 'Text that was spoken.' }),
}).meta({ id: 'ConversationUsage', description: 'What the conversation used, from the ledger.' });
export type ConversationUsage = z.infer<typeof conversationUsage>;

export const turnUsage = z.object({
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  cached_tokens: z.number().int().meta({ description: 'The part of the input tokens that the provider had cached.' }),
  cost_usd: z.number().nullable().meta({ description: 'Of all that the turn used, speech too; null when nobody knows the price of a part of it.' }),
}).meta({ id: 'TurnUsage', description: 'What one turn used, from the ledger.' });
export type TurnUsage = z.infer<typeof turnUsage>;

const since2000 = moment({ firstYear: 2000 });
const name = storable(z.string().trim().min(1).max(200));

/** Which records of the ledger; the same for sums, the file and what has no price. */
export const usageFilter = {
  from: since2000.optional().meta({ description: 'At or after; 30 days ago, at midnight in the workspace’s time zone, unless said.' }),
  to: since2000.optional().meta({ description: 'Before; now unless said.' }),
  leg: usageLeg.optional(),
  channel: usageChannel.optional(),
  provider: name.optional(),
  model: name.optional(),
  agent_id: z.uuid('must be a UUID').optional(),
  api_key_id: z.uuid('must be a UUID').optional(),
  user: name.optional().meta({ description: 'The caller’s label, as conversations show it.' }),
};

export const USAGE_GROUPS = ['day', 'agent', 'model', 'channel', 'user', 'api_key', 'leg'] as const;
export const USAGE_BUCKETS = ['hour', 'day', 'week', 'month'] as const;
export const MOST_USAGE_BUCKETS = 750;
export const MOST_USAGE_GROUPS = 100;
export const USAGE_DAYS_UNLESS_SAID = 30;

const figures = {
  requests: z.number().int().meta({ description: 'Requests to language models; a turn with tools makes several.' }),
  failed_requests: z.number().int(),
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  cached_tokens: z.number().int().meta({ description: 'The part of the input tokens that the provider had cached.' }),
  stt_seconds: z.number(),
  tts_characters: z.number().int(),
  telephony_seconds: z.number(),
  cost_usd: z.number().meta({ description: 'Of the records that have a price.' }),
  records: z.number().int().meta({ description: 'Ledger records of every kind.' }),
  unpriced_records: z.number().int().meta({ description: 'Records whose price nobody knows: they are not in the cost, and not free.' }),
};

export const usageFigures = z.object(figures).meta({ id: 'UsageFigures' });

export const usageGroup = z.object({
  key: z.string().nullable().meta({ description: 'The day (`2030-01-31`), id, `provider/model`, channel, label or leg; null where the record names none.' }),
  label: z.string().meta({ description: 'For people: an agent’s or a key’s name.' }),
  ...figures,
}).meta({ id: 'UsageGroup' });

export const usageBucket = z.object({
  at: z.iso.datetime().meta({ description: 'Its beginning.' }),
  ...figures,
  groups: z.array(z.object({ key: z.string().nullable(), cost_usd: z.number(), requests: z.number().int(), records: z.number().int() }))
    .meta({ description: 'Its parts, of the groups listed; those in which nothing happened are left out. Empty for group_by=day.' }),
}).meta({ id: 'UsageBucket' });

export const usageSummaryInput = z.object({
  ...usageFilter,
  group_by: z.enum(USAGE_GROUPS).default('day'),
  bucket: z.enum(USAGE_BUCKETS).optional().meta({ description: `Of the workspace’s time zone; by the range unless said. At most ${MOST_USAGE_BUCKETS} of them.` }),
});

export const usageSummary = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  time_zone: z.string(),
  group_by: z.enum(USAGE_GROUPS),
  bucket: z.enum(USAGE_BUCKETS),
  totals: usageFigures,
  groups: z.array(usageGroup).meta({ description: `The dearest ${MOST_USAGE_GROUPS}, dearest first; days in their order, all of them.` }),
  more_groups: z.number().int().meta({ description: 'How many groups are not listed; they are in the totals.' }),
  buckets: z.array(usageBucket).meta({ description: 'In order, those in which nothing happened too; the first begins at or before `from`, but counts from there.' }),
}).meta({ id: 'UsageSummary' });

export const usageSummaryRoute = {
  openapi: { method: 'GET', path: '/api/usage/summary', tags: ['Usage'], summary: 'What was used and what it cost, over time and by group' },
  auth: { role: 'viewer', scope: 'usage' },
} satisfies RouteMeta;

export const unpricedInput = z.object({ from: usageFilter.from, to: usageFilter.to });

export const unpricedModel = z.object({
  leg: usageLeg,
  provider: z.string(),
  model: z.string(),
  records: z.number().int(),
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  audio_seconds: z.number(),
  characters: z.number().int(),
  last_at: z.iso.datetime(),
}).meta({ id: 'UnpricedModel' });

export const unpriced = z.object({ models: z.array(unpricedModel).meta({ description: 'Those with the most records first, at most 200.' }) }).meta({ id: 'Unpriced' });

export const unpricedRoute = {
  openapi: { method: 'GET', path: '/api/usage/unpriced', tags: ['Usage'], summary: 'What was used without a known price' },
  auth: { role: 'viewer', scope: 'usage' },
} satisfies RouteMeta;

export const usageRecordsInput = z.object(usageFilter);

export const usageRecordsRoute = {
  openapi: { method: 'GET', path: '/api/usage/records.csv', tags: ['Usage'], summary: 'The ledger’s records as CSV, oldest first' },
  auth: { role: 'viewer', scope: 'usage' },
} satisfies RouteMeta;

export const usageStatsInput = z.object({
  user_id: storable(z.string().max(500)).optional().meta({ description: 'The caller’s label; all of them unless said.' }),
  start_time: since2000.optional().meta({ description: 'All time unless said.' }),
  end_time: since2000.optional().meta({ description: 'Now unless said.' }),
  recent_limit: z.number().int().min(0).max(200).default(10),
});

export const usageStats = z.object({
  total_tokens: z.number().int(),
  input_tokens: z.number().int(),
  output_tokens: z.number().int(),
  total_cost: z.number().meta({ description: 'Of the requests whose price is known, in US dollars.' }),
  total_requests: z.number().int().meta({ description: 'Requests to models; a turn with tools makes several.' }),
  unpriced_requests: z.number().int().meta({ description: 'Those whose price nobody knows: not in the cost, and not free.' }),
  success_rate: z.number().meta({ description: 'Percent, with one decimal; 0 without any request.' }),
  models: z.array(z.object({
    model_id: z.string(), vendor: z.string(), requests: z.number().int(), tokens: z.number().int(), cost: z.number(),
    unpriced_requests: z.number().int(), percentage: z.number().meta({ description: 'Of the requests, with one decimal.' }),
  })),
  recent_activity: z.array(z.object({
    timestamp: z.iso.datetime(), model: z.string(), input_tokens: z.number().int(), output_tokens: z.number().int(),
    cost: z.number().nullable().meta({ description: 'Null when nobody knows the price.' }), success: z.boolean(),
    action: z.string().meta({ description: '`chat`, `voice`, `call` or `embedding`.' }),
  })),
}).meta({ id: 'UsageStats' });

export const usageStatsRoute = {
  openapi: { method: 'GET', path: '/ai/usage/stats', tags: ['AI service'], summary: 'Tokens, cost and models, with the latest requests' },
  auth: { role: 'viewer', scope: 'usage', openNetworks: true },
} satisfies RouteMeta;

export type UsageFigures = z.infer<typeof usageFigures>;
export type UsageGroup = z.infer<typeof usageGroup>;
export type UsageBucket = z.infer<typeof usageBucket>;
export type UsageSummary = z.infer<typeof usageSummary>;
export type UsageSummaryInput = z.infer<typeof usageSummaryInput>;
export type UsageFilter = z.infer<typeof usageRecordsInput>;
export type Unpriced = z.infer<typeof unpriced>;
export type UnpricedModel = z.infer<typeof unpricedModel>;
export type UsageStats = z.infer<typeof usageStats>;
export type UsageStatsInput = z.infer<typeof usageStatsInput>;
