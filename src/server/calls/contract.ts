import { z } from 'zod';
import { page, searchWords, storable } from '../api/fields.contract';
import type { RouteMeta } from '../api/route-meta';
import { webhookDelivery } from '../webhooks/contract';
import { parseExtension } from './extension.contract';
import type { CallEventKind, CallState } from './tables';

/** The documented states. Finer ones are in `state` and `end_reason`: dialing shows as queued, cancelled and unknown as failed. */
export const callStatus = z.enum(['queued', 'ringing', 'answered', 'completed', 'no_answer', 'failed', 'busy']);
export const callState = z.enum(['queued', 'dialing', 'ringing', 'answered', 'completed', 'no_answer', 'busy', 'failed', 'cancelled', 'unknown'] as const satisfies readonly CallState[]);
export const callDirection = z.enum(['outbound', 'inbound']);

// ── Placing a call ─────────────────────────────────────────────────────────────────────────────

const spoken = (max: number) => storable(z.string().max(max)).refine((text) => text.trim() !== '', 'must not be empty');
const word = storable(z.string().trim().min(1, 'must not be empty').max(100));

export const callChoiceInput = z.object({
  prompt: spoken(1_000).meta({ description: 'Asked after the message.' }),
  options: z.array(z.object({
    value: word.meta({ description: 'What the record and the webhook say when it was chosen.' }),
    synonyms: z.array(word).max(20).default([]).meta({ description: 'Words that mean it. Digits 1, 2, … choose options in their order.' }),
  })).min(1, 'must name at least one option').max(20),
  timeout_seconds: z.number().int().min(5).max(60).default(15).meta({ description: 'How long an answer is waited for, each time.' }),
  repeat_count: z.number().int().min(1).max(5).default(2).meta({ description: 'How often it is asked.' }),
}).refine(({ options }) => new Set(options.map(({ value }) => value)).size === options.length, { path: ['options'], message: 'must have different values' });

export const placeCallInput = z.object({
  message: spoken(4_000).meta({ description: 'What is said when somebody answers.' }),
  extension: storable(z.string().trim().max(320)).refine((text) => parseExtension(text) !== null, 'must be a number, an extension, user@domain or sip:user@domain')
    .meta({ description: 'A number, an extension, `user@domain` or `sip:user@domain`.', examples: ['5551234567'] }),
  callback_url: storable(z.string().trim().min(1).max(2_048)).nullish().meta({ description: 'Told the result by a signed POST. Private addresses need PARLEY_EGRESS_ALLOW.' }),
  ring_timeout: z.number().int().min(5).max(120).default(30).meta({ description: 'Seconds to wait for an answer.' }),
  call_id: storable(z.string().min(1, 'must not be empty').max(128)).refine((text) => !/\p{Cc}/u.test(text), 'must not contain control characters').nullish()
    .meta({ description: 'Your own name for the call. Sent again with the same body it is the same call; with another body it is a conflict.' }),
  choice: callChoiceInput.nullish(),
  agent_id: z.uuid('must be the id of an agent').nullish().meta({ description: 'Whose voice speaks, and who talks when `converse` is set; else the default agent.' }),
  trunk: storable(z.string().trim().min(1).max(100)).nullish().meta({ description: 'Id or name of the trunk to call over; else the default one.' }),
  converse: z.boolean().default(false).meta({ description: 'After the message the agent goes on talking, instead of hanging up.' }),
  max_duration: z.number().int().min(10).max(14_400).default(3_600).meta({ description: 'Seconds after which an answered call is ended.' }),
});

export const placedCall = z.object({
  call_id: z.string(),
  status: callStatus,
  message: z.string(),
  queue_position: z.number().int().min(1).nullable().meta({ description: 'From 1 while it waits; null when it starts at once.' }),
  id: z.uuid().meta({ description: 'Of the record, for /api/calls/{id}.' }),
}).meta({ id: 'PlacedCall' });

// ── The documented record ──────────────────────────────────────────────────────────────────────

export const callIdInput = z.object({ call_id: z.string() });

const time = z.iso.datetime().nullable();

export const callRecord = z.object({
  call_id: z.string(),
  status: callStatus,
  queued_at: z.iso.datetime(),
  started_at: time.meta({ description: 'When it was dialled.' }),
  completed_at: time,
  duration_seconds: z.number().nullable().meta({ description: 'Time talked, with one decimal; 0 when nobody answered, null while it lasts.' }),
  choice_response: z.string().nullable(),
  error: z.string().nullable(),
  id: z.uuid(),
  direction: callDirection,
  extension: z.string(),
  state: callState,
  end_reason: z.string().nullable(),
  queue_position: z.number().int().min(1).nullable(),
  answered_at: time,
  message_played: z.boolean(),
  choice_raw_text: z.string().nullable().meta({ description: 'What was heard last.' }),
  conversation_id: z.uuid().nullable(),
}).meta({ id: 'CallRecord' });

const count = z.number().int().nonnegative();

/** Two spellings: `pending` is also called `queued`, and `active` also `processing`. */
export const queueStatus = z.object({
  enabled: z.boolean().meta({ description: 'There is a trunk to call over.' }),
  pending: count, active: count, max_concurrent: count, total_processed: count,
  queued: count, processing: count,
}).meta({ id: 'CallQueue' });

export const speakInput = z.object({
  message: spoken(1_000).meta({ description: 'What to say, over whatever is being said. It stands in the address, which has room for no more.' }),
  call_id: z.string().max(128).optional().meta({ description: 'Else the live call that was answered last.' }),
});
export const done = z.object({ success: z.boolean(), message: z.string() }).meta({ id: 'CallDone' });

// ── The console ────────────────────────────────────────────────────────────────────────────────

const named = z.object({ id: z.uuid(), name: z.string() }).nullable();

export const callSummary = z.object({
  id: z.uuid(),
  call_id: z.string(),
  direction: callDirection,
  status: callStatus,
  state: callState,
  end_reason: z.string().nullable(),
  error: z.string().nullable(),
  extension: z.string().meta({ description: 'The other party: as it was asked for, or the number that called.' }),
  remote_name: z.string().nullable(),
  called_number: z.string().nullable().meta({ description: 'Inbound: the number that was dialled.' }),
  agent: named,
  trunk: named,
  conversation_id: z.uuid().nullable(),
  queued_at: z.iso.datetime(),
  started_at: time,
  ringing_at: time,
  answered_at: time,
  ended_at: time,
  duration_seconds: z.number().nullable(),
  message_played: z.boolean(),
}).meta({ id: 'CallSummary' });

export const listCallsInput = z.object({
  state: z.enum(['live', 'ended', ...callState.options]).optional().meta({ description: '`live` and `ended` are several states each; else one of them.' }),
  direction: callDirection.optional(),
  agent_id: z.uuid('must be a UUID').optional(),
  trunk_id: z.uuid('must be a UUID').optional(),
  q: searchWords.optional().meta({ description: 'Part of the number, of the name, or of call_id.' }),
  ...page,
});
export const callPage = z.object({ calls: z.array(callSummary), total: z.number().int(), limit: z.number().int(), offset: z.number().int() }).meta({ id: 'CallPage' });

export const callChoice = z.object({
  prompt: z.string(),
  options: z.array(z.object({ value: z.string(), synonyms: z.array(z.string()) })),
  timeout_seconds: z.number(),
  repeat_count: z.number(),
});

export const callMedia = z.looseObject({
  codec: z.string().nullable(),
  received: z.number(),
  lost: z.number(),
  jitterMs: z.number(),
  concealed: z.number(),
  roundTripMs: z.number().nullable(),
}).meta({ id: 'CallMedia', description: 'As measured on our side; packets and milliseconds.' });

export const callEvent = z.object({
  seq: z.number().int(),
  at: z.iso.datetime(),
  kind: z.enum(['state', 'sip', 'media', 'key', 'speech'] as const satisfies readonly CallEventKind[]),
  direction: z.enum(['in', 'out']).nullable().meta({ description: 'Of a message on the wire.' }),
  summary: z.string(),
  details: z.record(z.string(), z.unknown()),
}).meta({ id: 'CallEvent' });

export const callDetail = callSummary.extend({
  message: z.string().nullable(),
  choice: callChoice.nullable(),
  choice_response: z.string().nullable(),
  choice_raw_text: z.string().nullable(),
  converse: z.boolean(),
  callback_url: z.string().nullable(),
  ring_timeout: z.number().int(),
  max_duration: z.number().int(),
  sip_status: z.number().int().nullable(),
  queue_position: z.number().int().nullable(),
  media: callMedia.nullable(),
  events: z.array(callEvent).meta({ description: 'The SIP ladder, moves and keys, in order.' }),
  webhook: z.array(webhookDelivery).meta({ description: 'What was and will be told to callback_url.' }),
}).meta({ id: 'CallDetail' });

export const callRowInput = z.object({ id: z.string() });

// ── Routes ─────────────────────────────────────────────────────────────────────────────────────

const tags = ['Calls'];
const read = { role: 'viewer', scope: 'calls' } as const;
const act = { role: 'operator', scope: 'calls' } as const;

export const placeCallRoute = {
  openapi: { method: 'POST', path: '/call', tags, summary: 'Call somebody, say a message and, if asked, collect a choice' },
  auth: act,
  errors: ['conflict', 'forbidden', 'quota_exceeded', 'unavailable'],
  examples: {
    request: {
      message: 'Hello! Your appointment is tomorrow at 2pm.', extension: '5551234567',
      choice: {
        prompt: 'Say yes to confirm or no to cancel.',
        options: [{ value: 'confirmed', synonyms: ['yes', 'yeah', 'confirm'] }, { value: 'cancelled', synonyms: ['no', 'nope', 'cancel'] }],
        timeout_seconds: 15,
      },
    },
    response: { call_id: 'out-1732945860-1', status: 'queued', message: 'Call initiated', queue_position: null, id: '018f3f5e-7d4c-7a33-9b1a-0123456789ab' },
  },
} satisfies RouteMeta;

export const getCallRoute = {
  openapi: { method: 'GET', path: '/call/{call_id}', tags, summary: 'How a call stands' },
  auth: read,
  errors: ['not_found'],
} satisfies RouteMeta;

export const cancelCallRoute = {
  openapi: { method: 'DELETE', path: '/call/{call_id}', tags, summary: 'Take a waiting call out of the queue, or hang up a live one' },
  auth: act,
  errors: ['not_found', 'conflict', 'unavailable'],
} satisfies RouteMeta;

export const queueRoute = {
  openapi: { method: 'GET', path: '/queue', tags, summary: 'The queue of outgoing calls' },
  auth: read,
} satisfies RouteMeta;

export const speakRoute = {
  openapi: { method: 'POST', path: '/speak', tags, summary: 'Say something into a live call' },
  in: 'query',
  auth: act,
  errors: ['not_found', 'unavailable'],
} satisfies RouteMeta;

export const listCallsRoute = {
  openapi: { method: 'GET', path: '/api/calls', tags, summary: 'List calls, newest first' },
  auth: read,
} satisfies RouteMeta;

export const callDetailRoute = {
  openapi: { method: 'GET', path: '/api/calls/{id}', tags, summary: 'One call with its events and webhooks' },
  auth: read,
  errors: ['not_found'],
} satisfies RouteMeta;

export type CallStatus = z.infer<typeof callStatus>;
export type PlaceCallInput = z.output<typeof placeCallInput>;
export type PlaceCallRequest = z.input<typeof placeCallInput>;
export type PlacedCall = z.infer<typeof placedCall>;
export type CallRecord = z.infer<typeof callRecord>;
export type QueueStatus = z.infer<typeof queueStatus>;
export type SpeakInput = z.infer<typeof speakInput>;
export type CallDone = z.infer<typeof done>;
export type CallSummary = z.infer<typeof callSummary>;
export type CallDetail = z.infer<typeof callDetail>;
export type CallEvent = z.infer<typeof callEvent>;
export type CallPage = z.infer<typeof callPage>;
export type ListCallsInput = z.output<typeof listCallsInput>;
