import { eq } from 'drizzle-orm';
import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { lockDevice } from './lock-device';
import { devices } from './tables';

/** The token stops counting with this transaction; the caller closes what it had opened. The row stays, with its history. */
export async function revokeDevice(db: Database, options: { principal: Principal; deviceId: string }): Promise<void> {
  const { principal, deviceId } = options;
  await db.transaction(async (tx) => {
    const row = await lockDevice(tx, { workspaceId: principal.workspaceId, deviceId });
    if (row.revokedAt) return;
    await tx.update(devices).set({ revokedAt: new Date() }).where(eq(devices.id, row.id));
    await recordAudit(tx, principal, { action: 'device.revoke', subject: { kind: 'device', id: row.id, label: row.name } });
  });
}
