import { z } from 'zod';
import { moment, page, searchWords } from '../api/fields.contract';
import type { RouteMeta } from '../api/route-meta';

export const auditEvent = z.object({
  id: z.uuid(),
  at: z.iso.datetime(),
  actor: z.object({ kind: z.string(), id: z.string(), label: z.string() }).meta({ description: 'Who did it, under the name they had then.' }),
  action: z.string().meta({ description: '`subject.verb`, such as `agent.create`.' }),
  subject: z.object({ kind: z.string(), id: z.string(), label: z.string() }),
  details: z.record(z.string(), z.unknown()).meta({ description: 'What changed; never a secret.' }),
}).meta({ id: 'AuditEvent' });

export const listAuditInput = z.object({
  action: searchWords.optional().meta({ description: 'An action (`agent.create`), or the beginning before its dot for all of them (`agent`).' }),
  actor: searchWords.optional().meta({ description: 'The actor’s id or label.' }),
  from: moment().optional().meta({ description: 'At or after.' }),
  to: moment().optional().meta({ description: 'Before.' }),
  q: searchWords.optional().meta({ description: 'Words in the action, the labels or the details.' }),
  ...page,
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
