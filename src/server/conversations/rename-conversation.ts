import { eq } from 'drizzle-orm';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import type { Conversation } from './contract';
import { assertMayManage, lockConversation } from './managed-conversation';
import { readConversation } from './read-conversation';
import { conversations } from './tables';

/** Its place in the list stays: a title is no talk. */
export async function renameConversation(db: Database, { principal, conversationId, title }: { principal: Principal; conversationId: string; title: string }): Promise<Conversation> {
  const { workspaceId } = principal;
  await db.transaction(async (tx) => {
    const row = await lockConversation(tx, { workspaceId, conversationId });
    assertMayManage(principal, row);
    await tx.update(conversations).set({ title }).where(eq(conversations.id, row.id));
  });
  return readConversation(db, { workspaceId, conversationId });
}
