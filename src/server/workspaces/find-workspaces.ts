import { and, asc, eq } from 'drizzle-orm';
import type { Principal } from '../auth/principal';
import { memberships } from '../auth/tables';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import type { MyWorkspace, Workspace } from './contract';
import { workspaces } from './tables';

export const workspaceNotFound = (id: string) => new AppError('not_found', `Workspace ${id.slice(0, 64)} not found`);

/** A person's memberships, oldest workspace first; a key works in its own workspace alone. */
export async function findWorkspaces(db: Database, principal: Principal): Promise<MyWorkspace[]> {
  const columns = { id: workspaces.id, name: workspaces.name, slug: workspaces.slug };
  if (principal.kind !== 'user') {
    const rows = await db.select(columns).from(workspaces).where(eq(workspaces.id, principal.workspaceId));
    return rows.map((row) => ({ ...row, role: principal.role, is_current: true }));
  }
  const rows = await db.select({ ...columns, role: memberships.role }).from(memberships).innerJoin(workspaces, eq(workspaces.id, memberships.workspaceId))
    .where(eq(memberships.userId, principal.id)).orderBy(asc(workspaces.createdAt), workspaces.id);
  return rows.map((row) => ({ ...row, is_current: row.id === principal.workspaceId }));
}

export async function getMembership(db: Database, options: { userId: string; workspaceId: string }): Promise<Omit<MyWorkspace, 'is_current'>> {
  const [row] = isUuid(options.workspaceId)
    ? await db.select({ id: workspaces.id, name: workspaces.name, slug: workspaces.slug, role: memberships.role }).from(memberships)
      .innerJoin(workspaces, eq(workspaces.id, memberships.workspaceId))
      .where(and(eq(memberships.userId, options.userId), eq(memberships.workspaceId, options.workspaceId)))
    : [];
  if (!row) throw workspaceNotFound(options.workspaceId);
  return row;
}

export async function getWorkspace(db: Database, workspaceId: string): Promise<Workspace> {
  const [row] = await db.select().from(workspaces).where(eq(workspaces.id, workspaceId));
  if (!row) throw workspaceNotFound(workspaceId);
  return { id: row.id, name: row.name, slug: row.slug, time_zone: row.timeZone, retention_days: row.retentionDays };
}
