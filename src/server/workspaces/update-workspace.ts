import { eq } from 'drizzle-orm';
import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import type { UpdateWorkspaceInput, Workspace } from './contract';
import { getWorkspace } from './find-workspaces';
import { lockMemberships } from './membership';
import { workspaces } from './tables';

export async function updateWorkspace(db: Database, options: { principal: Principal; input: UpdateWorkspaceInput }): Promise<Workspace> {
  const { principal, input } = options;
  const { workspaceId } = principal;
  return db.transaction(async (tx) => {
    await lockMemberships(tx, workspaceId); // the row itself: two changes at once are told apart in the log
    const before = await getWorkspace(tx, workspaceId);
    const details = Object.fromEntries(Object.entries(input)
      .filter(([name, value]) => value !== undefined && value !== before[name as keyof Workspace])
      .map(([name, value]) => [name, { from: before[name as keyof Workspace], to: value }]));
    if (Object.keys(details).length === 0) return before;
    await tx.update(workspaces).set({ name: input.name, timeZone: input.time_zone, retentionDays: input.retention_days }).where(eq(workspaces.id, workspaceId));
    await recordAudit(tx, principal, { action: 'workspace.update', subject: { kind: 'workspace', id: workspaceId, label: input.name ?? before.name }, details });
    return getWorkspace(tx, workspaceId);
  });
}
