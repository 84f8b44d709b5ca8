import { and, asc, eq, gt, inArray, isNull, not, exists, or, sql, type SQL } from 'drizzle-orm';
import { nodes } from '../nodes/tables';
import type { Database } from '../platform/db/client';
import { secrets } from '../secrets/tables';
import type { TrunkRow } from './find-trunks';
import { trunks, type TrunkState } from './tables';

/** Any number, as long as nothing else in Parley locks the same one. */
const LEASE_LOCK = 7_270_021;

/** A trunk this node serves. `revision` is another after every change of what its account is made of: a limit or the default is not. */
export type HeldTrunk = TrunkRow & { revision: string };

export interface LeaseTrunksOptions {
  nodeId: string;
  /** Whether this node's SIP_* describe the environment's trunk: who does not know its password leaves it to others. */
  environment?: boolean;
}

const leaseOf = (db: Database, id: SQL | typeof trunks.nodeId) =>
  db.select({ one: sql`1` }).from(nodes).where(and(eq(nodes.id, id), gt(nodes.leaseExpiresAt, sql`now()`)));
const alive = (db: Database, nodeId: string) => exists(leaseOf(db, sql`${nodeId}::uuid`));

const secretsOf = sql`(select string_agg(${secrets.name} || ' ' || ${secrets.updatedAt}, ',' order by ${secrets.name}) from ${secrets}
  where ${secrets.workspaceId} = ${trunks.workspaceId} and ${secrets.name} like 'trunk/' || ${trunks.id} || '/%')`;
const revision = sql<string>`md5(row(${trunks.domain}, ${trunks.proxy}, ${trunks.transport}, ${trunks.username}, ${trunks.authUsername}, ${trunks.registers}, ${trunks.allowedAddresses},
  ${trunks.callerUsername}, ${trunks.numbers}, ${trunks.displayName}, ${secretsOf})::text)`;

/**
 * Takes what nobody serves, and says what this node serves: to be started, changed or stopped. One node holds a trunk,
 * as long as its lease in `nodes` lasts; a node without a lease is told nothing, and has to stop what it has.
 */
export async function leaseTrunks(db: Database, { nodeId, environment = true }: LeaseTrunksOptions): Promise<HeldTrunk[]> {
  const mine = environment ? undefined : eq(trunks.source, 'console');
  const free = and(eq(trunks.isActive, true), mine, or(isNull(trunks.nodeId), not(exists(leaseOf(db, trunks.nodeId)))), alive(db, nodeId));
  const [waiting] = await db.select({ id: trunks.id }).from(trunks).where(free).limit(1);
  if (waiting) await db.transaction(async (tx) => {
    // The statement after the lock sees what whoever held it wrote: two that look at once never both find it free.
    await tx.execute(sql`select pg_advisory_xact_lock(${LEASE_LOCK})`);
    await tx.update(trunks).set({ nodeId, state: 'stopped', registeredUntil: null, stateChangedAt: sql`now()` }).where(free);
  });
  const rows = await db.select({ row: trunks, revision }).from(trunks)
    .where(and(eq(trunks.nodeId, nodeId), eq(trunks.isActive, true), mine, alive(db, nodeId))).orderBy(asc(trunks.createdAt), asc(trunks.id));
  return rows.map(({ row, ...rest }) => ({ ...row, ...rest }));
}

/** Gives back what this node served: everything when it stops, else what it was told no longer. */
export async function releaseTrunks(db: Database, nodeId: string, options: { trunkIds?: string[] } = {}): Promise<void> {
  if (options.trunkIds?.length === 0) return;
  await db.update(trunks).set({ nodeId: null, state: 'stopped', registeredUntil: null, stateChangedAt: sql`now()` })
    .where(and(eq(trunks.nodeId, nodeId), options.trunkIds && inArray(trunks.id, options.trunkIds)));
}

export interface TrunkReport {
  trunkId: string;
  nodeId: string;
  state: TrunkState;
  /** In words; null when all is well. */
  lastError: string | null;
  registeredUntil: Date | null;
}

/** False: the trunk is no longer this node's. */
export async function reportTrunkState(db: Database, { trunkId, nodeId, state, lastError, registeredUntil }: TrunkReport): Promise<boolean> {
  const rows = await db.update(trunks).set({
    state, lastError, registeredUntil, stateChangedAt: sql`case when ${trunks.state} = ${state} then ${trunks.stateChangedAt} else now() end`,
  }).where(and(eq(trunks.id, trunkId), eq(trunks.nodeId, nodeId), alive(db, nodeId))).returning({ id: trunks.id });
  return rows.length > 0;
}
