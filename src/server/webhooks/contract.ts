import { z } from 'zod';
import type { RouteMeta } from '../api/route-meta';

export const webhookAttempt = z.object({
  number: z.number().int().meta({ description: 'From 1.' }),
  at: z.iso.datetime(),
  duration_ms: z.number().int(),
  status: z.number().int().nullable().meta({ description: 'What the receiver answered; null when no answer came.' }),
  error: z.string().nullable().meta({ description: 'In words, when it was no success.' }),
}).meta({ id: 'WebhookAttempt' });

export const webhookDelivery = z.object({
  id: z.uuid().meta({ description: 'The `webhook-id` of every try.' }),
  event: z.string(),
  url: z.string(),
  state: z.enum(['pending', 'delivered', 'failed']).meta({ description: 'pending: due or waiting for its next try. failed: no tries are left.' }),
  attempts: z.array(webhookAttempt),
  next_attempt_at: z.iso.datetime().nullable(),
}).meta({ id: 'WebhookDelivery' });

export const webhookSecret = z.object({
  secret: z.string().meta({ description: 'What signatures are made with (Standard Webhooks): `whsec_` and base64.' }),
  updated_at: z.iso.datetime().meta({ description: 'Since when.' }),
  previous_until: z.iso.datetime().nullable().meta({ description: 'Until then the one before signs as well; null when none does.' }),
}).meta({ id: 'WebhookSecret' });

export const webhookSecretRoute = {
  openapi: { method: 'GET', path: '/api/webhooks/secret', tags: ['Webhooks'], summary: 'What signs the workspace’s webhooks; made when it is first asked for' },
  auth: { role: 'admin' },
  errors: ['precondition_failed', 'unavailable'],
} satisfies RouteMeta;

export const rotateWebhookSecretRoute = {
  openapi: { method: 'POST', path: '/api/webhooks/secret/rotate', tags: ['Webhooks'], summary: 'Make another one; for a day both sign' },
  auth: { role: 'admin' },
  errors: ['precondition_failed', 'unavailable'],
} satisfies RouteMeta;

export type WebhookAttempt = z.infer<typeof webhookAttempt>;
export type WebhookDelivery = z.infer<typeof webhookDelivery>;
export type WebhookSecret = z.infer<typeof webhookSecret>;
