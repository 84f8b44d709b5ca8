import { and, eq } from 'drizzle-orm';
import { agents } from '../agents/tables';
import type { Database } from '../platform/db/client';
import type { Conversation } from './contract';
import { conversationNotFound } from './get-conversation';
import { conversationColumns, presentConversation } from './present-conversation';
import { conversations } from './tables';

/** As lists show it, without its messages. */
export async function readConversation(db: Database, { workspaceId, conversationId }: { workspaceId: string; conversationId: string }): Promise<Conversation> {
  const [row] = await db.select(conversationColumns).from(conversations).leftJoin(agents, eq(agents.id, conversations.agentId))
    .where(and(eq(conversations.workspaceId, workspaceId), eq(conversations.id, conversationId)));
  if (!row) throw conversationNotFound(conversationId);
  return presentConversation(row);
}
