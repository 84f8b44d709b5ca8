import { and, desc, gt, sql } from 'drizzle-orm';
import type { Principal } from '../auth/principal';
import { ownedBy } from '../conversations/owner';
import { conversations } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import type { ThreadList } from './contract';

/** The first message is kept whole as title; a list of thousands must not carry thousands of speeches. */
const TITLE_CHARACTERS = 200;
const NO_TITLE = ' - '; // as the documented system writes it

export async function findThreads(db: Database, options: { principal: Principal; limit: number; offset: number }): Promise<ThreadList> {
  const rows = await db.select({ id: conversations.id, title: sql<string | null>`left(${conversations.title}, ${sql.raw(String(TITLE_CHARACTERS))})` }).from(conversations)
    .where(and(ownedBy(options.principal), gt(conversations.messageCount, 0)))
    .orderBy(desc(conversations.updatedAt), conversations.id).limit(options.limit).offset(options.offset);
  return { memories: rows.map(({ id, title }) => ({ id, title: title === null || title.trim() === '' ? NO_TITLE : title })) };
}
