import { isDeepStrictEqual } from 'node:util';
import { and, asc, eq, exists, gt, ne, sql } from 'drizzle-orm';
import { nodes } from '../nodes/tables';
import type { Config } from '../platform/config';
import type { Database } from '../platform/db/client';
import { workspaces } from '../workspaces/tables';
import { notifyTrunks } from './notify-trunks';
import { trunks } from './tables';

/** Any number, as long as nothing else in Parley locks the same one. */
const SYNC_LOCK = 7_270_022;

/**
 * Makes a row of what SIP_* describes, in the first workspace, at every start of realtime. Without SIP_DOMAIN the row
 * goes, unless another living node serves it: nodes may be set up differently.
 */
export async function syncEnvironmentTrunk(db: Database, config: Pick<Config, 'sip'>): Promise<void> {
  const described = config.sip.trunk;
  await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${SYNC_LOCK})`);
    const [row] = await tx.select().from(trunks).where(eq(trunks.source, 'environment')).for('update');
    if (!described) {
      if (!row) return;
      const served = tx.select({ one: sql`1` }).from(nodes).where(and(eq(nodes.id, trunks.nodeId), gt(nodes.leaseExpiresAt, sql`now()`)));
      const gone = await tx.delete(trunks).where(and(eq(trunks.id, row.id), sql`not ${exists(served)}`)).returning({ id: trunks.id });
      if (gone.length > 0) await notifyTrunks(tx, row.workspaceId);
      return;
    }
    const settings = {
      domain: described.domain, proxy: described.registrar ?? null, transport: described.transport, username: described.user,
      registers: described.password !== undefined, allowedAddresses: [...described.allowedAddresses],
    };
    if (row) {
      // Another node may be serving it: that one starts anew only when there is something new.
      const stored = Object.fromEntries(Object.keys(settings).map((key) => [key, row[key as keyof typeof settings]]));
      if (isDeepStrictEqual(stored, settings)) return;
      await tx.update(trunks).set({ ...settings, updatedAt: sql`now()` }).where(eq(trunks.id, row.id));
      return notifyTrunks(tx, row.workspaceId);
    }
    const [workspace] = await tx.select({ id: workspaces.id }).from(workspaces).orderBy(asc(workspaces.createdAt), asc(workspaces.id)).limit(1).for('no key update');
    if (!workspace) return;
    const others = await tx.select({ name: trunks.name, isDefault: trunks.isDefault }).from(trunks).where(and(eq(trunks.workspaceId, workspace.id), ne(trunks.source, 'environment')));
    const taken = new Set(others.map(({ name }) => name));
    let name = described.domain;
    for (let number = 2; taken.has(name); number += 1) name = `${described.domain} ${number}`;
    await tx.insert(trunks).values({ workspaceId: workspace.id, source: 'environment', name, isDefault: !others.some(({ isDefault }) => isDefault), ...settings });
    await notifyTrunks(tx, workspace.id);
  });
}
