import { and, eq, isNull, lt, or, sql, type SQL } from 'drizzle-orm';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { hashDeviceToken } from './device-token';
import { devices } from './tables';

type DeviceRow = typeof devices.$inferSelect;

const principalOf = (row: DeviceRow): Principal => ({
  kind: 'device', id: row.id, workspaceId: row.workspaceId, role: 'viewer', scopes: ['realtime'], label: row.name,
  ...(row.agentId ? { bound: { agentId: row.agentId } } : {}),
});

async function workingDevice(db: Database, where: SQL): Promise<DeviceRow | undefined> {
  const [row] = await db.select().from(devices).where(and(where, isNull(devices.revokedAt)));
  return row;
}

/** Which device a token is, or null when it is unknown, was replaced or revoked. */
export async function authenticateDevice(db: Database, options: { token: string; address: string | null }): Promise<Principal | null> {
  const row = await workingDevice(db, eq(devices.tokenHash, hashDeviceToken(options.token)));
  if (!row) return null;
  await markDeviceSeen(db, { id: row.id, address: options.address ?? row.lastAddress });
  return principalOf(row);
}

/** The device that a token for one conversation was made for, as it is now. */
export async function findDevicePrincipal(db: Database, options: { workspaceId: string; id: string }): Promise<Principal | null> {
  const row = await workingDevice(db, and(eq(devices.workspaceId, options.workspaceId), eq(devices.id, options.id))!);
  return row ? principalOf(row) : null;
}

/** Once a minute is enough for "last seen", and a device that reconnects all the time must not write each time. */
export async function markDeviceSeen(db: Database, options: { id: string; address?: string | null }): Promise<void> {
  await db.update(devices).set({ lastSeenAt: sql`now()`, ...(options.address === undefined ? {} : { lastAddress: options.address }) })
    .where(and(eq(devices.id, options.id), or(isNull(devices.lastSeenAt), lt(devices.lastSeenAt, sql`now() - interval '1 minute'`))));
}
