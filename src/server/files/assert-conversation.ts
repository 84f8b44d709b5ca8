import { and, eq, type SQL } from 'drizzle-orm';
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
