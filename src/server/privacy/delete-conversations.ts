import { and, inArray, sql, type SQL } from 'drizzle-orm';
import { conversations, messages } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import { usageRecords } from '../usage/tables';

/** The embedded database runs one statement at a time, and a live session may be waiting behind this one. */
const CONVERSATIONS_A_BATCH = 20;
const MESSAGES_A_STATEMENT = 500;

export interface Deleted {
  conversations: number;
  messages: number;
  usageRecords: number;
}

export interface DeleteConversationsOptions {
  /** Which ones; must name the workspace. */
  where: SQL;
  /** The ledger has no words and no names; it goes along only when a person asked to be forgotten. */
  withUsage: boolean;
}

/** Deletes until nothing matches, a short statement at a time. What was deleted before a failure stays deleted. */
export async function deleteConversations(db: Database, { where, withUsage }: DeleteConversationsOptions): Promise<Deleted> {
  const deleted: Deleted = { conversations: 0, messages: 0, usageRecords: 0 };
  for (;;) {
    const batch = await db.select({ id: conversations.id }).from(conversations).where(where).limit(CONVERSATIONS_A_BATCH);
    if (batch.length === 0) return deleted;
    const ids = batch.map(({ id }) => id);
    deleted.messages += await deleteMessages(db, ids);
    if (withUsage) deleted.usageRecords += (await db.delete(usageRecords).where(inArray(usageRecords.conversationId, ids)).returning({ id: usageRecords.id })).length;
    // Asked once more: one of them may have gone on meanwhile, and is then no longer meant.
    const gone = await db.delete(conversations).where(and(inArray(conversations.id, ids), where)).returning({ id: conversations.id });
    deleted.conversations += gone.length;
  }
}

async function deleteMessages(db: Database, conversationIds: string[]): Promise<number> {
  let total = 0;
  for (;;) {
    const some = db.select({ id: messages.id }).from(messages).where(inArray(messages.conversationId, conversationIds)).limit(MESSAGES_A_STATEMENT);
    const gone = await db.delete(messages).where(inArray(messages.id, some)).returning({ one: sql`1` });
    total += gone.length;
    if (gone.length < MESSAGES_A_STATEMENT) return total;
  }
}
