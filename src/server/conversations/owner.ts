import { and, eq, isNull, sql, type SQL } from 'drizzle-orm';
import type { Principal } from '../auth/principal';
import { conversations } from './tables';

/**
 * Whose a conversation is. A person's are theirs by their account, on every channel. Programs and callers of open
 * networks have no account: theirs are those that carry their label and no person's account.
 */
export interface Owner {
  userId: string | null;
  userLabel: string;
}

export const ownerOf = ({ kind, id, label }: Principal): Owner => ({ userId: kind === 'user' ? id : null, userLabel: label });

export const isOwnedBy = (principal: Principal, { userId, userLabel }: Owner): boolean =>
  principal.kind === 'user' ? userId === principal.id : userId === null && userLabel === principal.label;

/** The same as a condition, which names the workspace too. */
export const ownedBy = ({ kind, id, label, workspaceId }: Principal): SQL => and(
  eq(conversations.workspaceId, workspaceId),
  kind === 'user' ? eq(conversations.userId, id) : and(isNull(conversations.userId), eq(conversations.userLabel, label)),
) ?? sql`false`;
