import { and, asc, eq, gt, inArray, sql, type SQL } from 'drizzle-orm';
import { calls } from '../calls/tables';
import { nodes } from '../nodes/tables';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import { secrets } from '../secrets/tables';
import type { Trunk } from './contract';
import { trunks } from './tables';

export type TrunkRow = typeof trunks.$inferSelect;

export const trunkNotFound = (id: string) => new AppError('not_found', `Trunk ${id.slice(0, 64)} not found`);

/** Every trunk of the installation, for realtime and health; pages ask by workspace. */
export const findTrunks = (db: Database, options: { workspaceId?: string } = {}): Promise<TrunkRow[]> =>
  db.select().from(trunks).where(options.workspaceId === undefined ? undefined : eq(trunks.workspaceId, options.workspaceId)).orderBy(asc(trunks.createdAt), asc(trunks.id));

/** The row, held until the transaction ends. */
export async function lockTrunk(tx: Database, options: { workspaceId: string; trunkId: string }): Promise<TrunkRow> {
  const { workspaceId, trunkId } = options;
  if (!isUuid(trunkId)) throw trunkNotFound(trunkId);
  const [row] = await tx.select().from(trunks).where(and(eq(trunks.workspaceId, workspaceId), eq(trunks.id, trunkId))).for('update');
  if (!row) throw trunkNotFound(trunkId);
  return row;
}

/** drizzle takes the table's name off the columns of a selected expression's outermost level, where a subquery would then mean its own. */
const inner = <T>(expression: SQL) => sql<T>`${expression}`;

/** A row says what its node last told; that counts only while the node lives. */
const served = inner<boolean>(sql`${trunks.isActive} and exists (select 1 from ${nodes} where ${nodes.id} = ${trunks.nodeId} and ${gt(nodes.leaseExpiresAt, sql`now()`)})`);
const activeCalls = inner<number>(sql`(select count(*)::int from ${calls} where ${calls.trunkId} = ${trunks.id} and ${inArray(calls.state, ['dialing', 'ringing', 'answered'])})`);
const hasSecret = (end: string) => inner<boolean>(sql`exists (select 1 from ${secrets} where ${secrets.workspaceId} = ${trunks.workspaceId} and ${secrets.name} = 'trunk/' || ${trunks.id} || ${end})`);
const shown = { row: trunks, served, activeCalls, hasPassword: hasSecret('/password'), hasCallerPassword: hasSecret('/caller-password') };

const select = (db: Database, where: SQL | undefined) => db.select(shown).from(trunks).where(where).orderBy(asc(trunks.createdAt), asc(trunks.id));
type Shown = Awaited<ReturnType<typeof select>>[number];

function presentTrunk({ row, served: isServed, activeCalls: live, hasPassword, hasCallerPassword }: Shown, environmentHasPassword: boolean): Trunk {
  const status = isServed ? row.state : 'stopped';
  return {
    id: row.id, name: row.name, host: row.proxy ?? row.domain, transport: row.transport, username: row.username,
    registered: status === 'registered', status, last_error: row.isActive ? row.lastError : null,
    expires_at: status === 'registered' ? row.registeredUntil?.toISOString() ?? null : null, active_calls: live,
    source: row.source, domain: row.domain, proxy: row.proxy, auth_username: row.authUsername, registers: row.registers,
    has_password: row.source === 'environment' ? environmentHasPassword : hasPassword,
    allowed_addresses: row.allowedAddresses, caller_username: row.callerUsername, has_caller_password: hasCallerPassword,
    numbers: row.numbers, caller_id: row.callerId, display_name: row.displayName, default_agent_id: row.defaultAgentId,
    is_default: row.isDefault, is_active: row.isActive, max_calls: row.maxCalls, calls_per_second: row.callsPerSecond,
    created_at: row.createdAt.toISOString(), updated_at: row.updatedAt.toISOString(),
  };
}

/** What pages and clients see: never a password, only whether there is one. */
export async function listTrunks(db: Database, options: { workspaceId: string; environmentHasPassword: boolean }): Promise<Trunk[]> {
  const rows = await select(db, eq(trunks.workspaceId, options.workspaceId));
  return rows.map((row) => presentTrunk(row, options.environmentHasPassword));
}

export async function getTrunk(db: Database, options: { workspaceId: string; trunkId: string; environmentHasPassword: boolean }): Promise<Trunk> {
  const { workspaceId, trunkId } = options;
  if (!isUuid(trunkId)) throw trunkNotFound(trunkId);
  const [row] = await select(db, and(eq(trunks.workspaceId, workspaceId), eq(trunks.id, trunkId)));
  if (!row) throw trunkNotFound(trunkId);
  return presentTrunk(row, options.environmentHasPassword);
}
