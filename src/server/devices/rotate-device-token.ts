import { eq } from 'drizzle-orm';
import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import type { DeviceWithToken } from './contract';
import { newDeviceToken } from './device-token';
import { getDevice, type DeviceDeps } from './find-devices';
import { lockWorkingDevice } from './lock-device';
import { devices } from './tables';

/** The old token stops counting with this transaction; the caller closes what it had opened. */
export async function rotateDeviceToken(deps: DeviceDeps, options: { principal: Principal; deviceId: string }): Promise<DeviceWithToken> {
  const { principal, deviceId } = options;
  const { workspaceId } = principal;
  const { token, columns } = newDeviceToken();
  await deps.db.transaction(async (tx) => {
    const row = await lockWorkingDevice(tx, { workspaceId, deviceId });
    await tx.update(devices).set(columns).where(eq(devices.id, row.id));
    await recordAudit(tx, principal, { action: 'device.rotate_token', subject: { kind: 'device', id: row.id, label: row.name } });
  });
  return { ...(await getDevice(deps, { workspaceId, deviceId })), token };
}
