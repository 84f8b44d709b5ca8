import { and, eq, inArray } from 'drizzle-orm';
import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import { calls, LIVE_CALL_STATES } from '../calls/tables';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { removeSecret } from '../secrets';
import { lockTrunk } from './find-trunks';
import { lockTelephony } from './lock-telephony';
import { notifyTrunks } from './notify-trunks';
import { trunks } from './tables';
import { trunkSecretNames } from './trunk-secret-names';

export interface RemoveTrunkOptions {
  principal: Principal;
  trunkId: string;
  /** SIP_* describe a trunk: the next start would make it again. */
  environmentDescribes: boolean;
}

/** Its passwords and its rules go with it. A call that waits for it must not leave by another trunk, so those are ended first. */
export async function removeTrunk(db: Database, { principal, trunkId, environmentDescribes }: RemoveTrunkOptions): Promise<void> {
  const { workspaceId } = principal;
  await db.transaction(async (tx) => {
    await lockTelephony(tx, workspaceId);
    const row = await lockTrunk(tx, { workspaceId, trunkId });
    if (row.source === 'environment' && environmentDescribes) throw new AppError('conflict', 'The environment describes this trunk; unset SIP_DOMAIN and start Parley again');
    const live = await tx.$count(calls, and(eq(calls.trunkId, row.id), inArray(calls.state, [...LIVE_CALL_STATES])));
    if (live > 0) throw new AppError('conflict', `${live === 1 ? 'One call is' : `${live} calls are`} queued or under way over "${row.name}"; end them first, or switch the trunk off (is_active)`);
    for (const name of Object.values(trunkSecretNames(row.id))) await removeSecret(tx, { workspaceId, name });
    await tx.delete(trunks).where(eq(trunks.id, row.id));
    await recordAudit(tx, principal, { action: 'trunk.remove', subject: { kind: 'trunk', id: row.id, label: row.name }, details: { domain: row.domain, username: row.username } });
    await notifyTrunks(tx, workspaceId);
  });
}
