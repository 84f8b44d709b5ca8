import { and, count, desc, eq, ilike, or, sql, type SQL } from 'drizzle-orm';
import { agents } from '../agents/tables';
import { containing } from '../platform/db/containing';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import type { LiveSessions } from '../sessions/live-sessions';
import type { Device, ListDevicesInput } from './contract';
import { devices } from './tables';

export const deviceNotFound = (id: string) => new AppError('not_found', `Device ${id.slice(0, 64)} not found`);

const columns = {
  id: devices.id, name: devices.name, agentId: devices.agentId, agentName: agents.name, tokenPrefix: devices.tokenPrefix,
  createdAt: devices.createdAt, lastSeenAt: devices.lastSeenAt, lastAddress: devices.lastAddress, revokedAt: devices.revokedAt,
};

const select = (db: Database, where: SQL | undefined) => db.select(columns).from(devices).leftJoin(agents, eq(agents.id, devices.agentId)).where(where);
type DeviceRow = Awaited<ReturnType<typeof select>>[number];

/** Which devices are in a live session. Nobody knows while realtime is away, and a list without that is better than none. */
async function onlineDevices(sessions: Pick<LiveSessions, 'list'>): Promise<ReadonlySet<string>> {
  const live = await sessions.list().catch(() => []);
  return new Set(live.filter(({ principal }) => principal.kind === 'device').map(({ principal }) => principal.id));
}

const presentDevice = (row: DeviceRow, online: ReadonlySet<string>): Device => ({
  id: row.id,
  name: row.name,
  agent_id: row.agentId,
  agent_name: row.agentName,
  token_prefix: row.tokenPrefix,
  created_at: row.createdAt.toISOString(),
  last_seen_at: row.lastSeenAt?.toISOString() ?? null,
  last_address: row.lastAddress,
  online: online.has(row.id),
  revoked_at: row.revokedAt?.toISOString() ?? null,
});

export interface DeviceDeps {
  db: Database;
  sessions: Pick<LiveSessions, 'list'>;
}

export async function findDevices({ db, sessions }: DeviceDeps, options: { workspaceId: string; filter: ListDevicesInput }) {
  const { q, limit, offset } = options.filter;
  const where = and(
    eq(devices.workspaceId, options.workspaceId),
    q ? or(ilike(devices.name, containing(q)), ilike(devices.tokenPrefix, containing(q))) : undefined,
  );
  const [rows, [counted], online] = await Promise.all([
    select(db, where).orderBy(desc(sql`${devices.revokedAt} IS NULL`), desc(devices.createdAt), devices.id).limit(limit).offset(offset),
    db.select({ total: count() }).from(devices).where(where),
    onlineDevices(sessions),
  ]);
  return { devices: rows.map((row) => presentDevice(row, online)), total: counted?.total ?? 0, limit, offset };
}

export async function getDevice({ db, sessions }: DeviceDeps, options: { workspaceId: string; deviceId: string }): Promise<Device> {
  const { workspaceId, deviceId } = options;
  if (!isUuid(deviceId)) throw deviceNotFound(deviceId);
  const [row] = await select(db, and(eq(devices.workspaceId, workspaceId), eq(devices.id, deviceId)));
  if (!row) throw deviceNotFound(deviceId);
  return presentDevice(row, await onlineDevices(sessions));
}
