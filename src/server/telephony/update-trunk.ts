import { isDeepStrictEqual } from 'node:util';
import { eq, sql } from 'drizzle-orm';
import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import type { SecretBox } from '../secrets';
import type { UpdateTrunkInput } from './contract';
import { assertNameFree, clearDefaultTrunk } from './create-trunk';
import { lockTrunk, type TrunkRow } from './find-trunks';
import { lockTelephony } from './lock-telephony';
import { notifyTrunks } from './notify-trunks';
import { findTrunkSecrets, saveTrunkSecrets } from './save-trunk-secrets';
import { trunks } from './tables';
import { assertTrunkFits, trunkChanges } from './trunk-changes';

/** What is absent stays; what is the same is no change. The passwords are sealed and never shown again. */
export async function updateTrunk(db: Database, options: { principal: Principal; box: SecretBox; input: UpdateTrunkInput }): Promise<void> {
  const { principal, box, input: { trunk_id: trunkId, ...said } } = options;
  const { workspaceId } = principal;
  await db.transaction(async (tx) => {
    await lockTelephony(tx, workspaceId);
    const row = await lockTrunk(tx, { workspaceId, trunkId });
    const all = await trunkChanges(tx, said, workspaceId);
    const changes = Object.fromEntries(Object.entries(all).filter(([key, value]) => !isDeepStrictEqual(value, row[key as keyof TrunkRow])));
    // Who may call in no longer has no password either.
    const passwords = { password: said.password, callerPassword: said.caller_username === null ? null : said.caller_password };
    if (row.source === 'environment') assertNotEnvironments([...Object.keys(changes), ...Object.entries(passwords).filter(([, given]) => typeof given === 'string').map(([key]) => key)]);
    else {
      if (changes.name !== undefined) await assertNameFree(tx, { workspaceId, name: String(changes.name), trunkId });
      const kept = await findTrunkSecrets(tx, { workspaceId, trunkId });
      const after = { ...row, ...changes };
      const has = (given: string | null | undefined, before: boolean) => (given === undefined ? before : given !== null);
      assertTrunkFits({ ...after, hasPassword: has(passwords.password, kept.hasPassword), hasCallerPassword: has(passwords.callerPassword, kept.hasCallerPassword) });
      if (passwords.password === null && !kept.hasPassword) passwords.password = undefined;
      if (passwords.callerPassword === null && !kept.hasCallerPassword) passwords.callerPassword = undefined;
      await saveTrunkSecrets(tx, box, { principal, trunkId, passwords });
    }
    const details = { ...changesShown(row, changes), ...passwordsShown(row.source === 'environment' ? {} : passwords) };
    if (Object.keys(details).length === 0) return;
    if (changes.isDefault === true) await clearDefaultTrunk(tx, workspaceId);
    await tx.update(trunks).set({ ...changes, updatedAt: sql`now()` }).where(eq(trunks.id, row.id));
    await recordAudit(tx, principal, { action: 'trunk.update', subject: { kind: 'trunk', id: row.id, label: typeof changes.name === 'string' ? changes.name : row.name }, details });
    await notifyTrunks(tx, workspaceId);
  });
}

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const changesShown = (row: TrunkRow, changes: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(changes).map(([key, to]) => [snake(key), { from: row[key as keyof TrunkRow], to }]));

const passwordsShown = (passwords: Record<string, string | null | undefined>) =>
  Object.fromEntries(Object.entries(passwords).filter(([, given]) => given !== undefined).map(([key, given]) => [snake(key), given === null ? 'removed' : 'changed']));

const VARIABLES: Record<string, string> = {
  domain: 'SIP_DOMAIN', username: 'SIP_USER', authUsername: 'SIP_USER', password: 'SIP_PASSWORD', registers: 'SIP_PASSWORD',
  proxy: 'SIP_REGISTRAR', transport: 'SIP_TRANSPORT', allowedAddresses: 'SIP_ALLOWED_ADDRESSES',
};

/** @throws AppError conflict: the next start would write it anew. */
function assertNotEnvironments(fields: string[]): void {
  const field = fields.find((each) => each !== 'isDefault');
  if (field === undefined) return;
  const variable = VARIABLES[field];
  throw new AppError('conflict', variable
    ? `${snake(field)}: the environment describes this trunk; change ${variable} and start Parley again`
    : `${snake(field)}: the environment describes this trunk (SIP_DOMAIN, SIP_USER); to set more of it, add it here and unset SIP_DOMAIN`);
}
