import { z } from 'zod';
import type { RouteMeta } from '../api/route-meta';

const userLabel = z.string().min(1, 'must not be empty').max(500).refine((text) => !text.includes('\0'), 'must not contain a NUL character')
  .meta({ description: 'Who called, exactly as the conversations show it: an e-mail, a number, a device’s name.' });

export const eraseInput = z.object({ user_label: userLabel });

export const erased = z.object({
  conversations: z.number().int(),
  messages: z.number().int(),
  usage_records: z.number().int(),
  sessions_closed: z.number().int(),
  reference: z.string().meta({ description: 'What the audit log calls the label, which it does not keep: a keyed hash of it.' }),
}).meta({ id: 'Erased' });

export const exportInput = z.object({ user_label: userLabel });

export const eraseRoute = {
  openapi: { method: 'POST', path: '/api/privacy/erase', tags: ['Privacy'], summary: 'Delete everything kept of a caller' },
  auth: { role: 'admin' },
} satisfies RouteMeta;

export const exportRoute = {
  openapi: { method: 'GET', path: '/api/privacy/export', tags: ['Privacy'], summary: 'Download everything kept of a caller' },
  auth: { role: 'admin' },
} satisfies RouteMeta;

export type Erased = z.infer<typeof erased>;
