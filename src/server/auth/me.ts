import { eq } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { workspaces } from '../workspaces/tables';
import { recordAccountChange } from './account-audit';
import type { Me } from './contract';
import { personOf } from './person';
import type { Principal } from './principal';
import { users } from './tables';

export async function getMe(db: Database, principal: Principal): Promise<Me> {
  const { kind, id, label, role, scopes, workspaceId } = principal;
  const [workspace] = await db.select({ id: workspaces.id, name: workspaces.name, time_zone: workspaces.timeZone }).from(workspaces).where(eq(workspaces.id, workspaceId));
  if (!workspace) throw new AppError('not_found', 'The workspace is gone');
  const [person] = kind === 'user' ? await db.select({ name: users.name, passwordHash: users.passwordHash }).from(users).where(eq(users.id, id)) : [];
  return { kind, id, label, name: person ? person.name : label, has_password: (person?.passwordHash ?? null) !== null, role, scopes: [...scopes], workspace };
}

export async function updateMe(db: Database, options: { principal: Principal; name: string }): Promise<Me> {
  const { userId } = personOf(options.principal);
  await db.transaction(async (tx) => {
    const [before] = await tx.select({ name: users.name }).from(users).where(eq(users.id, userId)).for('update');
    if (before?.name === options.name) return;
    await tx.update(users).set({ name: options.name }).where(eq(users.id, userId));
    await recordAccountChange(tx, { userId, action: 'user.rename', details: { name: { from: before?.name, to: options.name } } });
  });
  return getMe(db, options.principal);
}
