import { and, eq, isNull, type SQL } from 'drizzle-orm';
import { hasScope, type Principal } from '../auth/principal';
import { conversationNotFound } from '../conversations/get-conversation';
import { conversations } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import { isUuid } from '../platform/ids';

export interface AssertConversationOptions {
  workspaceId: string;
  conversationId: string;
  /** Beside being the workspace's. */
  where?: SQL | undefined;
}

export async function assertConversation(db: Database, options: AssertConversationOptions): Promise<void> {
  if (!(await isConversation(db, options))) throw conversationNotFound(options.conversationId.slice(0, 64));
}

export async function isConversation(db: Database, { workspaceId, conversationId, where }: AssertConversationOptions): Promise<boolean> {
  if (!isUuid(conversationId)) return false;
  const rows = await db.select({ id: conversations.id }).from(conversations).where(and(eq(conversations.workspaceId, workspaceId), eq(conversations.id, conversationId), where));
  return rows.length > 0;
}

/** Whose files one may see: a workspace's people see all of its conversations; a key that may only chat sees those of no person. */
export const filesVisibleTo = (principal: Principal): SQL | undefined =>
  principal.kind === 'user' || hasScope(principal, '*') ? undefined : isNull(conversations.userId);

