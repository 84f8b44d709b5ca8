import { randomBytes } from 'node:crypto';
import { agents } from '../agents/tables';
import { recordAudit } from '../audit';
import { dropPasswordResets } from '../auth/change-password';
import { personOf } from '../auth/person';
import type { Principal } from '../auth/principal';
import { memberships } from '../auth/tables';
import type { Database } from '../platform/db/client';
import type { MyWorkspace } from './contract';
import { DEFAULT_AGENT } from './default-agent';
import { workspaces } from './tables';

/** `Support team` → `support-team`; names are not unique, slugs are. */
function slugFor(name: string): string {
  const words = name.normalize('NFKD').toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 40);
  return `${words || 'workspace'}-${randomBytes(3).toString('hex')}`;
}

/** What every workspace has from its first moment: an owner and somebody to talk to. */
export async function fillWorkspace(tx: Database, options: { workspaceId: string; ownerId: string }): Promise<void> {
  await tx.insert(memberships).values({ workspaceId: options.workspaceId, userId: options.ownerId, role: 'owner' });
  await tx.insert(agents).values({ workspaceId: options.workspaceId, ...DEFAULT_AGENT });
}

export async function createWorkspace(db: Database, options: { principal: Principal; name: string }): Promise<MyWorkspace> {
  const { principal, name } = options;
  const { userId } = personOf(principal);
  return db.transaction(async (tx) => {
    const [row] = await tx.insert(workspaces).values({ name, slug: slugFor(name) }).returning({ id: workspaces.id, name: workspaces.name, slug: workspaces.slug });
    await fillWorkspace(tx, { workspaceId: row!.id, ownerId: userId });
    await dropPasswordResets(tx, userId); // whoever made one ruled the account then, and does not any more
    // In the log of both: where it was decided, and where it begins.
    for (const workspaceId of [principal.workspaceId, row!.id])
      await recordAudit(tx, { ...principal, workspaceId }, { action: 'workspace.create', subject: { kind: 'workspace', id: row!.id, label: name } });
    return { ...row!, role: 'owner' as const, is_current: false };
  });
}
