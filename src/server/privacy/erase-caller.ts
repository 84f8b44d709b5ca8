import { count, inArray, sql, sum, type SQL } from 'drizzle-orm';
import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import { calls } from '../calls/tables';
import { conversations } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import type { Secret } from '../platform/secret';
import type { LiveSessions } from '../sessions/live-sessions';
import { NOBODYS } from '../usage';
import { usageRecords } from '../usage/tables';
import { findCallerRows } from './caller-rows';
import type { Erased } from './contract';
import { deleteCalls } from './delete-calls';
import { deleteConversations } from './delete-conversations';
import { endLiveCalls, type EndLiveCallsDeps } from './end-live-calls';
import { labelReference } from './label-reference';
import { sameParty } from './same-party';

const RECORDS_A_BATCH = 5_000;

export interface EraseCallerDeps extends EndLiveCallsDeps {
  sessions: Pick<LiveSessions, 'list' | 'close'>;
  secret: Secret;
}

/**
 * Everything kept of a caller goes: live sessions and calls are ended first, because they still write; then go
 * conversations, messages, calls, and what webhooks say of these; the ledger keeps what was used and forgets by whom. The audit log keeps that it happened, by whom and how much, under a reference instead of the label. Accounts and
 * devices of the same name are no callers' data but configuration: who is removed there is removed as a user or a device.
 */
export async function eraseCaller(deps: EraseCallerDeps, options: { principal: Principal; userLabel: string }): Promise<Erased> {
  const { db, secret } = deps;
  const { principal, userLabel } = options;
  const { workspaceId } = principal;
  const reference = labelReference(secret, { workspaceId, userLabel });
  const theirs = await findCallerRows(db, { workspaceId, userLabel });
  const sessionsClosed = await closeSessions(deps, { workspaceId, userLabel });
  const callsLive = await endLiveCalls(deps, { principal, where: theirs.calls });

  // Written before the first row goes: the deletion is many short transactions, and none may be without its trace.
  await db.transaction(async (tx) => {
    const [found] = await tx.select({ conversations: count(), messages: sum(conversations.messageCount) }).from(conversations).where(theirs.conversations);
    const called = await tx.$count(calls, theirs.calls);
    await recordAudit(tx, principal, {
      action: 'privacy.erase',
      subject: { kind: 'caller', id: reference },
      details: { conversations: found?.conversations ?? 0, messages: Number(found?.messages ?? 0), calls: called - callsLive, sessions_closed: sessionsClosed },
    });
  });
  // Conversations first: calls that only they name go with them.
  const deleted = await deleteConversations(db, { where: theirs.conversations, forgetting: true });
  const rest = await forgetUsage(db, theirs.usage); // of conversations that are gone
  const callsDeleted = deleted.calls + await deleteCalls(db, theirs.calls);
  return {
    conversations: deleted.conversations, messages: deleted.messages, usage_records: deleted.usageRecords + rest,
    calls: callsDeleted, calls_live: callsLive, sessions_closed: sessionsClosed, reference,
  };
}

/** In short transactions: somebody who called for years has many records, and what is forgotten matches no more. */
async function forgetUsage(db: Database, where: SQL): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const some = db.select({ id: usageRecords.id }).from(usageRecords).where(where).limit(RECORDS_A_BATCH);
    const { length } = await db.update(usageRecords).set(NOBODYS).where(inArray(usageRecords.id, some)).returning({ one: sql`1` });
    forgotten += length;
    if (length < RECORDS_A_BATCH) return forgotten;
  }
}

/** A gateway that does not answer must not keep a person from being forgotten: what it still writes has no conversation to go into. */
async function closeSessions({ sessions, log }: EraseCallerDeps, who: { workspaceId: string; userLabel: string }): Promise<number> {
  try {
    const live = await sessions.list();
    const theirs = live.filter((session) => session.workspace_id === who.workspaceId &&
      (session.user_label === who.userLabel || (session.channel === 'phone' && sameParty(who.userLabel, session.user_label))));
    const closed = await Promise.allSettled(theirs.map((session) => sessions.close(session.session_id)));
    const failed = closed.filter((one) => one.status === 'rejected');
    for (const one of failed) log.warn({ err: one.reason as unknown }, 'a live session of an erased caller could not be closed');
    return closed.length - failed.length;
  } catch (err) {
    log.warn({ err }, 'live sessions of an erased caller could not be looked for');
    return 0;
  }
}
