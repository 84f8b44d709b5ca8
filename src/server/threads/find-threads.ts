import { and, desc, gt } from 'drizzle-orm';
import type { Principal } from '../auth/principal';
import { ownedBy } from '../conversations/owner';
import { conversations } from '../conversations/tables';
import { shortTitle } from '../conversations/title';
import type { Database } from '../platform/db/client';
import type { ThreadList } from './contract';

const NO_TITLE = ' - '; // as the documented system writes it

/** One more than is shown is looked for: whether the list goes on must not be guessed from its length. */
export async function findThreads(db: Database, { principal, limit, offset }: { principal: Principal; limit: number; offset: number }): Promise<ThreadList> {
  const rows = await db.select({ id: conversations.id, title: shortTitle(conversations.title) }).from(conversations)
    .where(and(ownedBy(principal), gt(conversations.messageCount, 0)))
    .orderBy(desc(conversations.updatedAt), conversations.id).limit(limit + 1).offset(offset);
  return {
    memories: rows.slice(0, limit).map(({ id, title }) => ({ id, title: title === null || title.trim() === '' ? NO_TITLE : title })),
    next_offset: rows.length > limit ? offset + limit : null,
  };
}
