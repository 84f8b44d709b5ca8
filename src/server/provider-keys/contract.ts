import { z } from 'zod';
import type { RouteMeta } from '../api/route-meta';

/** Spelled out because pages read this file and platform/config.ts is not theirs; the list's type is held to it in find-provider-keys.ts. */
export const VENDOR_NAMES = ['openai', 'anthropic', 'google', 'groq', 'mistral', 'cohere', 'openrouter'] as const;
export const vendorName = z.enum(VENDOR_NAMES, { error: `must be one of ${VENDOR_NAMES.join(', ')}` });

export const providerKey = z.object({
  vendor: vendorName,
  variable: z.string().meta({ description: 'The environment variable that gives every workspace a key.' }),
  source: z.enum(['workspace', 'environment']).nullable().meta({ description: 'Which key counts; the workspace’s own goes first. Null: none.' }),
  hint: z.string().nullable().meta({ description: 'The end of the workspace’s key.' }),
  updated_at: z.iso.datetime().nullable(),
  problem: z.string().nullable().meta({ description: 'Why the stored key cannot be used, and the mend.' }),
}).meta({ id: 'ProviderKey' });

export const listProviderKeysOutput = z.object({ provider_keys: z.array(providerKey) }).meta({ id: 'ProviderKeys' });

export const setProviderKeyInput = z.object({
  vendor: vendorName,
  api_key: z.string().trim().min(8, 'must have at least 8 characters').max(500)
    // It goes into a header: anything else is a slip of the clipboard, and fetch would refuse it in a worse place.
    .regex(/^[\x21-\x7e]+$/, 'must be one word of letters, digits and signs, without blanks'),
});

export const removeProviderKeyInput = z.object({ vendor: vendorName });

export const listProviderKeysRoute = {
  openapi: { method: 'GET', path: '/api/provider-keys', tags: ['Provider keys'], summary: 'Which vendors have a key, and from where' },
  auth: { role: 'admin' },
} satisfies RouteMeta;

export const setProviderKeyRoute = {
  openapi: { method: 'PUT', path: '/api/provider-keys/{vendor}', tags: ['Provider keys'], summary: 'Keep a vendor’s key for this workspace, encrypted' },
  auth: { role: 'admin' },
  errors: ['precondition_failed'],
} satisfies RouteMeta;

export const removeProviderKeyRoute = {
  openapi: { method: 'DELETE', path: '/api/provider-keys/{vendor}', tags: ['Provider keys'], summary: 'Forget the workspace’s key of a vendor' },
  status: 204,
  auth: { role: 'admin' },
  errors: ['not_found'],
} satisfies RouteMeta;

export type ProviderKey = z.infer<typeof providerKey>;
