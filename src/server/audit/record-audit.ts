import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { auditEvents } from './tables';

export interface AuditEntry {
  /** `subject.verb`, such as `agent.create`. */
  action: `${string}.${string}`;
  subject: { kind: string; id: string; label?: string };
  /** What changed, by field name; never a secret and never what people said. */
  details?: Record<string, unknown>;
}

/** `system`: nobody asked for it, it came about. */
export type Actor = Pick<Principal, 'id' | 'label' | 'workspaceId'> & { kind: Principal['kind'] | 'system' };

/** Written in the transaction of the change itself: neither exists without the other. */
export async function recordAudit(tx: Database, principal: Actor, entry: AuditEntry): Promise<void> {
  await tx.insert(auditEvents).values({
    workspaceId: principal.workspaceId,
    actorKind: principal.kind, actorId: principal.id, actorLabel: principal.label,
    action: entry.action,
    subjectKind: entry.subject.kind, subjectId: entry.subject.id, subjectLabel: entry.subject.label ?? '',
    details: entry.details ?? {},
  });
}
