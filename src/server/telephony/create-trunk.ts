import { and, eq, sql } from 'drizzle-orm';
import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import type { SecretBox } from '../secrets';
import type { CreateTrunkInput } from './contract';
import { lockTelephony } from './lock-telephony';
import { notifyTrunks } from './notify-trunks';
import { saveTrunkSecrets } from './save-trunk-secrets';
import { trunks } from './tables';
import { assertTrunkFits, trunkChanges } from './trunk-changes';

/** Inside the lock. */
export async function assertNameFree(tx: Database, options: { workspaceId: string; name: string; trunkId?: string }): Promise<void> {
  const [other] = await tx.select({ id: trunks.id }).from(trunks).where(and(eq(trunks.workspaceId, options.workspaceId), eq(trunks.name, options.name)));
  if (other && other.id !== options.trunkId) throw new AppError('conflict', `name: there is a trunk "${options.name}" already; choose another name`);
}

/** Room for another default; inside the lock and the transaction that then sets one. */
export async function clearDefaultTrunk(tx: Database, workspaceId: string): Promise<void> {
  await tx.update(trunks).set({ isDefault: false, updatedAt: sql`now()` }).where(and(eq(trunks.workspaceId, workspaceId), eq(trunks.isDefault, true)));
}

/** The first of a workspace is its default unless it is said otherwise. The passwords are sealed and never shown again. */
export async function createTrunk(db: Database, options: { principal: Principal; box: SecretBox; input: CreateTrunkInput }): Promise<string> {
  const { principal, box, input } = options;
  const { workspaceId } = principal;
  const registers = input.registers ?? typeof input.password === 'string';
  const callerUsername = input.caller_username ?? null;
  assertTrunkFits({ registers, hasPassword: typeof input.password === 'string', callerUsername, hasCallerPassword: typeof input.caller_password === 'string' });
  return db.transaction(async (tx) => {
    await lockTelephony(tx, workspaceId);
    const columns = await trunkChanges(tx, input, workspaceId);
    await assertNameFree(tx, { workspaceId, name: input.name });
    const isDefault = input.is_default ?? (await tx.$count(trunks, eq(trunks.workspaceId, workspaceId))) === 0;
    if (isDefault) await clearDefaultTrunk(tx, workspaceId);
    const [row] = await tx.insert(trunks).values({ ...columns, workspaceId, name: input.name, domain: input.domain.toLowerCase(), username: input.username, registers, isDefault }).returning();
    await saveTrunkSecrets(tx, box, { principal, trunkId: row!.id, passwords: { password: input.password, callerPassword: input.caller_password } });
    await recordAudit(tx, principal, {
      action: 'trunk.create', subject: { kind: 'trunk', id: row!.id, label: row!.name },
      details: { domain: row!.domain, username: row!.username, transport: row!.transport, registers, is_default: isDefault },
    });
    await notifyTrunks(tx, workspaceId);
    return row!.id;
  });
}
