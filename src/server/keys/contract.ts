import { z } from 'zod';
import { moment, page, searchWords, storable } from '../api/fields.contract';
import type { RouteMeta } from '../api/route-meta';
import { role, scope } from '../auth/contract';

export const apiKey = z.object({
  id: z.uuid(),
  name: z.string(),
  prefix: z.string().meta({ description: 'How the key begins, for people to tell keys apart.' }),
  role,
  scopes: z.array(scope).meta({ description: '`*` is everything the role may do; another scope opens the routes that name it, and only those.' }),
  created_by: z.string().nullable().meta({ description: 'The e-mail of whoever made it; null when another key did, or when the person is gone.' }),
  created_at: z.iso.datetime(),
  last_used_at: z.iso.datetime().nullable().meta({ description: 'To the minute.' }),
  expires_at: z.iso.datetime().nullable(),
  revoked_at: z.iso.datetime().nullable(),
}).meta({ id: 'ApiKey' });

export const createdApiKey = apiKey.extend({
  key: z.string().meta({ description: 'The key itself. It is shown here and never again.' }),
}).meta({ id: 'CreatedApiKey' });

export const listKeysInput = z.object({
  q: searchWords.optional().meta({ description: 'Part of the name or the beginning of the key.' }),
  ...page,
});

export const listKeysOutput = z.object({
  keys: z.array(apiKey), total: z.number().int(), limit: z.number().int(), offset: z.number().int(),
}).meta({ id: 'ApiKeyPage' });

export const createKeyInput = z.object({
  name: storable(z.string().trim().min(1, 'must not be empty').max(100, 'must have at most 100 characters')),
  role: role.default('operator').meta({ description: 'At most the caller’s own.' }),
  scopes: z.array(scope).min(1, 'must name at least one scope').max(20).default(['*']),
  expires_at: moment().nullable().optional()
    .meta({ description: 'In the future; absent means that the key works until it is revoked.' }),
});

export const revokeKeyInput = z.object({ key_id: z.string() });

export const listKeysRoute = {
  openapi: { method: 'GET', path: '/api/keys', tags: ['API keys'], summary: 'List API keys, newest first' },
  auth: { role: 'admin' },
} satisfies RouteMeta;

export const createKeyRoute = {
  openapi: { method: 'POST', path: '/api/keys', tags: ['API keys'], summary: 'Make an API key; the answer is the only place that shows it' },
  status: 201,
  auth: { role: 'admin' },
} satisfies RouteMeta;

export const revokeKeyRoute = {
  openapi: { method: 'DELETE', path: '/api/keys/{key_id}', tags: ['API keys'], summary: 'Revoke an API key; its live sessions are closed' },
  status: 204,
  auth: { role: 'admin' },
  errors: ['not_found'],
} satisfies RouteMeta;

export type ApiKey = z.infer<typeof apiKey>;
export type CreatedApiKey = z.infer<typeof createdApiKey>;
export type ListKeysInput = z.infer<typeof listKeysInput>;
export type CreateKeyInput = z.infer<typeof createKeyInput>;
