import { eq } from 'drizzle-orm';
import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import { assignedAgent } from './assigned-agent';
import type { Device, UpdateDeviceInput } from './contract';
import { getDevice, type DeviceDeps } from './find-devices';
import { lockWorkingDevice } from './lock-device';
import { devices } from './tables';

/** A live session keeps the agent it began with. */
export async function updateDevice(deps: DeviceDeps, options: { principal: Principal; input: UpdateDeviceInput }): Promise<Device> {
  const { principal, input } = options;
  const { workspaceId } = principal;
  await deps.db.transaction(async (tx) => {
    const row = await lockWorkingDevice(tx, { workspaceId, deviceId: input.device_id });
    const agent = await assignedAgent(tx, { workspaceId, agentId: input.agent_id });
    const changes = {
      ...(input.name !== undefined && input.name !== row.name ? { name: input.name } : {}),
      ...(input.agent_id !== undefined && input.agent_id !== row.agentId ? { agentId: agent?.id ?? null } : {}),
    };
    if (Object.keys(changes).length === 0) return;
    await tx.update(devices).set(changes).where(eq(devices.id, row.id));
    await recordAudit(tx, principal, {
      action: 'device.update', subject: { kind: 'device', id: row.id, label: changes.name ?? row.name },
      details: { ...('name' in changes ? { name: { from: row.name, to: changes.name } } : {}), ...('agentId' in changes ? { agent: agent?.name ?? null } : {}) },
    });
  });
  return getDevice(deps, { workspaceId, deviceId: input.device_id });
}
