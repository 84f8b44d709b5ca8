import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import { assignedAgent } from './assigned-agent';
import type { CreateDeviceInput, DeviceWithToken } from './contract';
import { newDeviceToken } from './device-token';
import { getDevice, type DeviceDeps } from './find-devices';
import { devices } from './tables';

/** The token is in the answer and nowhere else. */
export async function createDevice(deps: DeviceDeps, options: { principal: Principal; input: CreateDeviceInput }): Promise<DeviceWithToken> {
  const { principal, input } = options;
  const { workspaceId } = principal;
  const { token, columns } = newDeviceToken();
  const id = await deps.db.transaction(async (tx) => {
    const agent = await assignedAgent(tx, { workspaceId, agentId: input.agent_id });
    const [row] = await tx.insert(devices).values({
      workspaceId, name: input.name, agentId: agent?.id ?? null, createdBy: principal.kind === 'user' ? principal.id : null, ...columns,
    }).returning({ id: devices.id });
    await recordAudit(tx, principal, { action: 'device.create', subject: { kind: 'device', id: row!.id, label: input.name }, details: { agent: agent?.name ?? null } });
    return row!.id;
  });
  return { ...(await getDevice(deps, { workspaceId, deviceId: id })), token };
}
