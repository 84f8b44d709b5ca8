import { and, asc, eq, inArray } from 'drizzle-orm';
import type { Principal } from '../auth/principal';
import { ownedBy } from '../conversations/owner';
import { conversations, isTold, messages } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import { AppError } from '../platform/errors';
import type { ThreadDetails } from './contract';
import { presentThreadMessage } from './present-thread-message';

export const threadNotFound = () => new AppError('not_found', 'Thread not found');

export type ThreadRow = typeof conversations.$inferSelect;

/** Other people's threads do not exist here. */
export async function getThread(db: Database, options: { principal: Principal; threadId: string }): Promise<ThreadRow> {
  const [row] = await db.select().from(conversations).where(and(ownedBy(options.principal), eq(conversations.id, options.threadId)));
  if (!row) throw threadNotFound();
  return row;
}

export async function getThreadDetails(db: Database, options: { principal: Principal; threadId: string }): Promise<ThreadDetails> {
  const { id, workspaceId } = await getThread(db, options);
  const said = await db.select({ role: messages.role, content: messages.content, status: messages.status, metadata: messages.metadata }).from(messages)
    .where(and(eq(messages.workspaceId, workspaceId), eq(messages.conversationId, id), inArray(messages.role, ['user', 'assistant']), isTold())).orderBy(asc(messages.seq));
  // A reply that another was asked for in its place is not part of what was said.
  return { messages: said.filter(({ metadata }) => metadata.replacedBy === undefined).map(presentThreadMessage) };
}
