import type { Config } from '../platform/config';
import type { Database } from '../platform/db/client';
import type { Secret } from '../platform/secret';
import { findSecrets, type SecretBox } from '../secrets';
import type { TrunkRow } from './find-trunks';
import { trunkSecretNames } from './trunk-secret-names';

export interface TrunkCredentials {
  password?: Secret;
  callerPassword?: Secret;
}

/** For the node that serves the trunk. @throws AppError unavailable: sealed with a key that is not here, in words for `lastError` */
export async function trunkCredentials(db: Database, box: SecretBox, trunk: Pick<TrunkRow, 'id' | 'workspaceId' | 'source'>, config: Pick<Config, 'sip'>): Promise<TrunkCredentials> {
  if (trunk.source === 'environment') {
    const password = config.sip.trunk?.password;
    return password ? { password } : {};
  }
  const names = trunkSecretNames(trunk.id);
  const rows = await findSecrets(db, { workspaceId: trunk.workspaceId, names: Object.values(names) });
  const open = (name: string) => {
    const row = rows.find((each) => each.name === name);
    return row && box.open(row, row);
  };
  const [password, callerPassword] = [open(names.password), open(names.callerPassword)];
  return { ...(password ? { password } : {}), ...(callerPassword ? { callerPassword } : {}) };
}
