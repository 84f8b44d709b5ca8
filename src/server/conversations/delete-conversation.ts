import { eq } from 'drizzle-orm';
import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { deleteTheseConversations } from '../privacy/delete-conversations';
import { assertNotLive, lockConversation, type ConversationRow } from './managed-conversation';
import { conversations } from './tables';

export interface DeleteConversationOptions {
  principal: Principal;
  conversationId: string;
  /** Throws for who may not. */
  assertMay: (principal: Principal, row: ConversationRow) => void;
}

/**
 * Its messages and files go along. What it cost stays in the ledger, which has no words: budgets must not be emptied by
 * deleting. The audit log says that it happened, and nothing of what was said.
 */
export async function deleteConversation(db: Database, { principal, conversationId, assertMay }: DeleteConversationOptions): Promise<void> {
  const { workspaceId } = principal;
  await db.transaction(async (tx) => {
    const row = await lockConversation(tx, { workspaceId, conversationId });
    assertMay(principal, row);
    assertNotLive(row);
    await deleteTheseConversations(tx, [row.id], { where: eq(conversations.workspaceId, workspaceId), forgetting: false });
    await recordAudit(tx, principal, { action: 'conversation.delete', subject: { kind: 'conversation', id: row.id }, details: { channel: row.channel, messages: row.messageCount } });
  });
}
