import { and, inArray, sql, type SQL } from 'drizzle-orm';
import { calls } from '../calls/tables';
import { conversations, messages } from '../conversations/tables';
import { files } from '../files/tables';
import type { Database } from '../platform/db/client';
import { insertUsage, NOBODYS } from '../usage';
import { usageRecords } from '../usage/tables';
import { deleteSomeCalls } from './delete-calls';

/** The embedded database runs one transaction at a time, and a live session may be waiting behind this one. */
const CONVERSATIONS_A_BATCH = 20;
const MESSAGES_A_BATCH = 1_000;
const FILE_BYTES_A_BATCH = 50_000_000;

export interface Deleted {
  conversations: number;
  messages: number;
  usageRecords: number;
  calls: number;
}

export interface DeleteConversationsOptions {
  /** Which ones; must name the workspace. */
  where: SQL;
  /**
   * A person asked to be forgotten: the ledger keeps what it cost and forgets whose it was, and the calls, which nothing
   * would name any more, go along. Retention counts a call's days by its own end.
   */
  forgetting: boolean;
}

/** Deletes until nothing matches, in short transactions. What was deleted before a failure stays deleted. */
export async function deleteConversations(db: Database, options: DeleteConversationsOptions): Promise<Deleted> {
  const deleted: Deleted = { conversations: 0, messages: 0, usageRecords: 0, calls: 0 };
  for (;;) {
    const ids = await nextBatch(db, options.where);
    if (ids.length === 0) return deleted;
    const batch = await deleteBatch(db, ids, options);
    deleted.conversations += batch.conversations;
    deleted.messages += batch.messages;
    deleted.usageRecords += batch.usageRecords;
    deleted.calls += batch.calls;
  }
}

/** At least one, and then as many as have few messages and small files together. */
async function nextBatch(db: Database, where: SQL): Promise<string[]> {
  const fileBytes = sql<number>`(select coalesce(sum(${files.sizeBytes}), 0) from ${files} where ${files.conversationId} = ${conversations.id})`.mapWith(Number);
  const found = await db.select({ id: conversations.id, messageCount: conversations.messageCount, fileBytes }).from(conversations).where(where).limit(CONVERSATIONS_A_BATCH);
  let said = 0;
  let sent = 0;
  return found.filter((each, index) => {
    said += each.messageCount;
    sent += each.fileBytes;
    return index === 0 || (said <= MESSAGES_A_BATCH && sent <= FILE_BYTES_A_BATCH);
  }).map(({ id }) => id);
}

const deleteBatch = (db: Database, ids: string[], options: DeleteConversationsOptions): Promise<Deleted> => db.transaction((tx) => deleteTheseConversations(tx, ids, options));

/** Those of `ids` that match, with their messages and files, within the caller's transaction. */
export async function deleteTheseConversations(tx: Database, ids: string[], { where, forgetting }: DeleteConversationsOptions): Promise<Deleted> {
  // Who writes a message locks its conversation too: one that went on meanwhile is no longer meant, and stays whole.
  const locked = await tx.select({ id: conversations.id }).from(conversations).where(and(inArray(conversations.id, ids), where)).for('update');
  const theirs = locked.map(({ id }) => id);
  if (theirs.length === 0) return { conversations: 0, messages: 0, usageRecords: 0, calls: 0 };
  const said = await tx.delete(messages).where(inArray(messages.conversationId, theirs)).returning({ due: messages.checkpointUsage });
  const used = forgetting ? await tx.update(usageRecords).set(NOBODYS).where(inArray(usageRecords.conversationId, theirs)).returning({ one: sql`1` }) : [];
  const called = forgetting ? await deleteSomeCalls(tx, { where: inArray(calls.conversationId, theirs) }) : 0;
  await tx.delete(conversations).where(inArray(conversations.id, theirs));
  // Of replies that were being written: whether or not their writer lives, nothing vouches for it any more.
  await insertUsage(tx, said.flatMap(({ due }) => due ?? []).map((row) => (forgetting ? { ...row, ...NOBODYS } : row)));
  return { conversations: theirs.length, messages: said.length, usageRecords: used.length, calls: called };
}
