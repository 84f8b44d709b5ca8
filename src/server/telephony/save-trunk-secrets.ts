import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { Secret } from '../platform/secret';
import { findSecrets, putSecret, removeSecret, type SecretBox } from '../secrets';
import { trunkSecretNames } from './trunk-secret-names';

export interface TrunkPasswords {
  /** null removes it, undefined leaves it. */
  password?: string | null | undefined;
  callerPassword?: string | null | undefined;
}

/** Which passwords a trunk has. */
export async function findTrunkSecrets(db: Database, options: { workspaceId: string; trunkId: string }): Promise<{ hasPassword: boolean; hasCallerPassword: boolean }> {
  const names = trunkSecretNames(options.trunkId);
  const kept = await findSecrets(db, { workspaceId: options.workspaceId, names: Object.values(names) });
  const has = (name: string) => kept.some((row) => row.name === name);
  return { hasPassword: has(names.password), hasCallerPassword: has(names.callerPassword) };
}

/** Sealed, in the transaction of the change. */
export async function saveTrunkSecrets(tx: Database, box: SecretBox, options: { principal: Principal; trunkId: string; passwords: TrunkPasswords }): Promise<void> {
  const { principal, trunkId, passwords } = options;
  const { workspaceId } = principal;
  const names = trunkSecretNames(trunkId);
  for (const [name, given] of [[names.password, passwords.password], [names.callerPassword, passwords.callerPassword]] as const) {
    if (given === undefined) continue;
    if (given === null) await removeSecret(tx, { workspaceId, name });
    else await putSecret(tx, box, { workspaceId, name, secret: new Secret(given), updatedBy: principal.kind === 'user' ? principal.id : null });
  }
}
