import { z } from 'zod';
import { storable } from '../api/fields.contract';
import type { RouteMeta } from '../api/route-meta';

const userLabel = storable(z.string().min(1, 'must not be empty').max(500))
  .meta({ description: 'Who called, exactly as the conversations show it: an e-mail, a number, a device’s name. Calls are found by a number in any spelling.' });

export const eraseInput = z.object({ user_label: userLabel });

export const erased = z.object({
  conversations: z.number().int(),
  messages: z.number().int(),
  usage_records: z.number().int().meta({ description: 'Records of the ledger that no longer say whose they were; what was used and what it cost stays.' }),
  calls: z.number().int(),
  calls_live: z.number().int().meta({ description: 'Calls that could not be ended at once and are kept until they have; erase again then.' }),
  sessions_closed: z.number().int(),
  reference: z.string().meta({ description: 'What the audit log calls the label, which it does not keep: a keyed hash of it.' }),
}).meta({ id: 'Erased' });

export const exportInput = z.object({ user_label: userLabel });

const when = z.iso.datetime();

const usageRecord = z.object({
  id: z.uuid(),
  turn_id: z.uuid().nullable(),
  leg: z.string(),
  provider: z.string(),
  model: z.string(),
  input_tokens: z.number().int().nullable(),
  output_tokens: z.number().int().nullable(),
  cached_tokens: z.number().int().nullable(),
  audio_seconds: z.number().nullable(),
  characters: z.number().int().nullable(),
  cost_usd: z.string().nullable(),
  price_version: z.string().nullable(),
  success: z.boolean(),
  created_at: when,
});

export const callerExport = z.object({
  user_label: z.string(),
  exported_at: when,
  conversations: z.array(z.object({
    id: z.uuid(),
    channel: z.string(),
    status: z.string(),
    end_reason: z.string().nullable(),
    title: z.string().nullable(),
    agent_id: z.uuid().nullable(),
    user_label: z.string(),
    user_id: z.uuid().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    created_at: when,
    updated_at: when,
    ended_at: when.nullable(),
    usage: z.array(usageRecord),
    messages: z.array(z.object({
      id: z.uuid(),
      seq: z.number().int(),
      turn_id: z.uuid(),
      role: z.string(),
      content: z.string(),
      status: z.string(),
      provider: z.string().nullable(),
      model: z.string().nullable(),
      metadata: z.record(z.string(), z.unknown()),
      created_at: when,
    })),
    files: z.array(z.object({
      id: z.uuid(),
      file_index: z.number().int(),
      name: z.string(),
      kind: z.string(),
      media_type: z.string(),
      size_bytes: z.number().int(),
      sha256: z.string(),
      page_count: z.number().int().nullable(),
      created_at: when,
      data_b64: z.string().meta({ description: 'The file itself.' }),
    })),
  })),
  usage: z.array(usageRecord).meta({ description: 'Of conversations that are gone.' }),
  calls: z.array(z.object({
    id: z.uuid(),
    call_id: z.string(),
    direction: z.string(),
    state: z.string(),
    end_reason: z.string().nullable(),
    error: z.string().nullable(),
    extension: z.string(),
    remote_name: z.string().nullable(),
    called_number: z.string().nullable(),
    agent_id: z.uuid().nullable(),
    conversation_id: z.uuid().nullable(),
    requested_by: z.string().nullable(),
    message: z.string().nullable(),
    choice: z.record(z.string(), z.unknown()).nullable(),
    message_played: z.boolean(),
    choice_response: z.string().nullable(),
    choice_raw_text: z.string().nullable(),
    callback_url: z.string().nullable(),
    sip_call_id: z.string().nullable(),
    sip_status: z.number().int().nullable(),
    media: z.record(z.string(), z.unknown()).nullable(),
    duration_seconds: z.number().nullable(),
    queued_at: when,
    started_at: when.nullable(),
    ringing_at: when.nullable(),
    answered_at: when.nullable(),
    ended_at: when.nullable(),
    events: z.array(z.object({
      seq: z.number().int(),
      at: when,
      kind: z.string(),
      direction: z.string().nullable(),
      summary: z.string(),
      details: z.record(z.string(), z.unknown()),
    })),
    webhooks: z.array(z.object({
      id: z.uuid(),
      event: z.string(),
      url: z.string(),
      state: z.string(),
      body: z.record(z.string(), z.unknown()).meta({ description: 'What the receiver was or will be told.' }),
      created_at: when,
      attempts: z.array(z.object({
        number: z.number().int(),
        at: when,
        duration_ms: z.number().int(),
        status: z.number().int().nullable(),
        error: z.string().nullable(),
      })),
    })),
  })),
}).meta({ id: 'CallerExport' });

export const eraseRoute = {
  openapi: { method: 'POST', path: '/api/privacy/erase', tags: ['Privacy'], summary: 'Delete everything kept of a caller' },
  auth: { role: 'admin' },
} satisfies RouteMeta;

export const exportRoute = {
  openapi: { method: 'GET', path: '/api/privacy/export', tags: ['Privacy'], summary: 'Download everything kept of a caller' },
  auth: { role: 'admin' },
} satisfies RouteMeta;

export type Erased = z.infer<typeof erased>;
