import { and, eq, inArray, or, sql, type SQL } from 'drizzle-orm';
import { calls } from '../calls/tables';
import { conversations } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import { usageRecords } from '../usage/tables';
import { sameParty } from './same-party';

export interface CallerRows {
  /** Conversations with the label, and those of calls with the number. */
  conversations: SQL;
  /** Calls with the number, and those of conversations with the label. */
  calls: SQL;
  /** Of the ledger: those with the label or the number. */
  usage: SQL;
}

/** Which rows are a caller's, as conditions; each names the workspace. */
export async function findCallerRows(db: Database, { workspaceId, userLabel }: { workspaceId: string; userLabel: string }): Promise<CallerRows> {
  // No index knows that two spellings are one number, so each is looked at, once.
  const parties = await db.selectDistinct({ extension: calls.extension }).from(calls).where(eq(calls.workspaceId, workspaceId));
  const spellings = parties.map(({ extension }) => extension).filter((extension) => sameParty(userLabel, extension));
  const labelled = and(eq(conversations.workspaceId, workspaceId), eq(conversations.userLabel, userLabel));
  const called = and(eq(calls.workspaceId, workspaceId), inArray(calls.extension, spellings));
  const labels = [...new Set([userLabel, ...spellings])];
  const none = sql`false`;
  return {
    conversations: and(eq(conversations.workspaceId, workspaceId), or(
      labelled,
      spellings.length > 0 ? inArray(conversations.id, db.select({ id: calls.conversationId }).from(calls).where(called)) : none,
    )) ?? none,
    calls: and(eq(calls.workspaceId, workspaceId), or(
      spellings.length > 0 ? called : none,
      inArray(calls.conversationId, db.select({ id: conversations.id }).from(conversations).where(labelled)),
    )) ?? none,
    usage: and(eq(usageRecords.workspaceId, workspaceId), inArray(usageRecords.userLabel, labels)) ?? none,
  };
}
