import { z } from 'zod';
import type { RouteMeta } from '../api/route-meta';

export const auditEvent = z.object({
  id: z.uuid(),
  at: z.iso.datetime(),
  actor: z.object({ kind: z.string(), id: z.string(), label: z.string() }).meta({ description: 'Who did it, under the name they had then.' }),
  action: z.string().meta({ description: '`subject.verb`, such as `agent.create`.' }),
  subject: z.object({ kind: z.string(), id: z.string(), label: z.string() }),
  details: z.record(z.string(), z.unknown()).meta({ description: 'What changed; never a secret.' }),
}).meta({ id: 'AuditEvent' });

const words = z.string().trim().max(200).refine((text) => !text.includes('\0'), 'must not contain a NUL character');
/** Years that Postgres and JavaScript agree on. */
const moment = z.iso.datetime({ offset: true, abort: true, error: 'must be an ISO 8601 time such as 2025-01-31T08:00:00Z' })
  .refine((text) => { const year = new Date(text).getUTCFullYear(); return year >= 1 && year <= 9999; }, 'must be in the years 1 to 9999');

export const listAuditInput = z.object({
  action: words.optional().meta({ description: 'An action (`agent.create`), or the beginning before its dot for all of them (`agent`).' }),
  actor: words.optional().meta({ description: 'The actor’s id or label.' }),
  from: moment.optional().meta({ description: 'At or after.' }),
  to: moment.optional().meta({ description: 'Before.' }),
  q: words.optional().meta({ description: 'Words in the action, the labels or the details.' }),
  limit: z.number().int().min(1).max(200).default(50),
  offset: z.number().int().min(0).max(1_000_000).default(0),
});

export const listAuditOutput = z.object({
  events: z.array(auditEvent), total: z.number().int(), limit: z.number().int(), offset: z.number().int(),
}).meta({ id: 'AuditPage' });

export const listAuditRoute = {
  openapi: { method: 'GET', path: '/api/audit', tags: ['Audit log'], summary: 'Who changed what, newest first' },
  auth: { role: 'admin' },
} satisfies RouteMeta;

export type AuditEvent = z.infer<typeof auditEvent>;
export type ListAuditInput = z.infer<typeof listAuditInput>;
