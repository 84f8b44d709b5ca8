import { AppError, invalidField } from '../platform/errors';
import type { Database } from '../platform/db/client';
import { findTrunks, type TrunkRow } from './find-trunks';

/** By id or by name; names are compared as people read them. */
export const namedTrunk = (rows: readonly TrunkRow[], named: string): TrunkRow | undefined =>
  rows.find(({ id }) => id === named.toLowerCase()) ?? rows.find(({ name }) => name === named) ?? rows.find(({ name }) => name.toLowerCase() === named.toLowerCase());

/**
 * The trunk an outgoing call takes: the one that is named, else the default one, else the only one.
 * @throws AppError invalid_input naming `trunk`, or conflict when none can be used
 */
export async function chooseTrunk(db: Database, options: { workspaceId: string; trunk?: string | null | undefined }): Promise<TrunkRow> {
  const all = await findTrunks(db, { workspaceId: options.workspaceId });
  const active = all.filter(({ isActive }) => isActive);
  const names = active.map(({ name }) => name).join(', ');
  if (options.trunk) {
    const trunk = namedTrunk(all, options.trunk);
    if (!trunk) throw invalidField('trunk', `there is no trunk ${options.trunk.slice(0, 100)}${names ? `; there are: ${names}` : ''}`);
    if (!trunk.isActive) throw new AppError('conflict', `trunk: "${trunk.name}" is switched off; an administrator can switch it on (is_active)`);
    return trunk;
  }
  const chosen = active.find(({ isDefault }) => isDefault) ?? (active.length === 1 ? active[0] : undefined);
  if (chosen) return chosen;
  if (active.length > 1) throw invalidField('trunk', `none is the default, so name one of: ${names}`);
  throw new AppError('conflict', all.length > 0
    ? 'Every trunk is switched off; an administrator can switch one on (is_active)'
    : 'There is no trunk to call over: set SIP_DOMAIN, or add one (POST /api/sip/trunks)');
}
