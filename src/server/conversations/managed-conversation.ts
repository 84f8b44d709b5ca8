import { and, eq } from 'drizzle-orm';
import { hasRole, hasScope, type Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import { isUuid } from '../platform/ids';
import { conversationNotFound } from './get-conversation';
import { isOwnedBy } from './owner';
import { conversations } from './tables';

export type ConversationRow = typeof conversations.$inferSelect;

/** Locked until the caller's transaction ends, as whoever writes a message locks it. */
export async function lockConversation(tx: Database, { workspaceId, conversationId }: { workspaceId: string; conversationId: string }): Promise<ConversationRow> {
  if (!isUuid(conversationId)) throw conversationNotFound(conversationId.slice(0, 64));
  const [row] = await tx.select().from(conversations).where(and(eq(conversations.workspaceId, workspaceId), eq(conversations.id, conversationId))).for('update');
  if (!row) throw conversationNotFound(conversationId);
  return row;
}

/** Who may read every conversation is told that this one is not theirs; for a key of the chat alone it does not exist. */
const notTheirs = (principal: Principal, row: ConversationRow): AppError =>
  hasScope(principal, '*') ? new AppError('forbidden', 'This conversation is somebody else’s') : conversationNotFound(row.id);

export function assertOwns(principal: Principal, row: ConversationRow): void {
  if (!isOwnedBy(principal, row)) throw notTheirs(principal, row);
}

/** Its owner, and administrators, who keep order. */
export function assertMayManage(principal: Principal, row: ConversationRow): void {
  if (!isOwnedBy(principal, row) && !(hasScope(principal, '*') && hasRole(principal, 'admin'))) throw notTheirs(principal, row);
}

export function assertNotLive(row: ConversationRow): void {
  if (row.status === 'active') throw new AppError('conflict', 'Somebody is talking in this conversation; it can be deleted when that has ended');
}
