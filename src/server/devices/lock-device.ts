import { and, eq } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import { deviceNotFound } from './find-devices';
import { devices } from './tables';

/** The row of a device, held until the transaction ends: two changes at once are one after the other. */
export async function lockDevice(tx: Database, options: { workspaceId: string; deviceId: string }): Promise<typeof devices.$inferSelect> {
  const { workspaceId, deviceId } = options;
  if (!isUuid(deviceId)) throw deviceNotFound(deviceId);
  const [row] = await tx.select().from(devices).where(and(eq(devices.workspaceId, workspaceId), eq(devices.id, deviceId))).for('update');
  if (!row) throw deviceNotFound(deviceId);
  return row;
}

/** A revoked device stays revoked: whoever had its token must not get in again by a change of its name. */
export async function lockWorkingDevice(tx: Database, options: { workspaceId: string; deviceId: string }): Promise<typeof devices.$inferSelect> {
  const row = await lockDevice(tx, options);
  if (row.revokedAt) throw new AppError('conflict', `The device "${row.name}" was revoked; add it anew (POST /api/devices)`);
  return row;
}
