import { eq } from 'drizzle-orm';
import { recordAudit, type AuditEntry } from '../audit';
import type { Database } from '../platform/db/client';
import type { Principal } from './principal';
import { memberships, users } from './tables';

/** What a person did to their account concerns every workspace they are in, so each one's log has it. */
export async function recordAccountChange(tx: Database, options: { userId: string; action: AuditEntry['action']; details?: Record<string, unknown> }): Promise<void> {
  const rows = await tx.select({ email: users.email, workspaceId: memberships.workspaceId }).from(memberships)
    .innerJoin(users, eq(users.id, memberships.userId)).where(eq(memberships.userId, options.userId));
  for (const { email, workspaceId } of rows) {
    const actor: Pick<Principal, 'kind' | 'id' | 'label' | 'workspaceId'> = { kind: 'user', id: options.userId, label: email, workspaceId };
    await recordAudit(tx, actor, { action: options.action, subject: { kind: 'user', id: options.userId, label: email }, ...(options.details ? { details: options.details } : {}) });
  }
}
