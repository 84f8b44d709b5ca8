import { and, eq } from 'drizzle-orm';
import { conversationNotFound } from '../conversations/get-conversation';
import { conversations } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import { isUuid } from '../platform/ids';

export async function assertConversation(db: Database, { workspaceId, conversationId }: { workspaceId: string; conversationId: string }): Promise<void> {
  if (!isUuid(conversationId)) throw conversationNotFound(conversationId.slice(0, 64));
  const [row] = await db.select({ id: conversations.id }).from(conversations).where(and(eq(conversations.workspaceId, workspaceId), eq(conversations.id, conversationId)));
  if (!row) throw conversationNotFound(conversationId);
}
