import { and, count, eq, sql, sum } from 'drizzle-orm';
import { recordAudit } from '../audit';
import type { Principal } from '../auth/principal';
import { conversations } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import type { Logger } from '../platform/logger';
import type { Secret } from '../platform/secret';
import type { LiveSessions } from '../sessions/live-sessions';
import type { Erased } from './contract';
import { deleteConversations } from './delete-conversations';
import { labelReference } from './label-reference';

export interface EraseCallerDeps {
  db: Database;
  sessions: Pick<LiveSessions, 'list' | 'close'>;
  secret: Secret;
  log: Pick<Logger, 'warn'>;
}

/**
 * Everything kept of a caller goes: live sessions first, because they still write; then conversations, messages and
 * usage. The audit log keeps that it happened, by whom and how much, under a reference instead of the label. Accounts and
 * devices of the same name are no callers' data but configuration: who is removed there is removed as a user or a device.
 */
export async function eraseCaller(deps: EraseCallerDeps, options: { principal: Principal; userLabel: string }): Promise<Erased> {
  const { db, secret } = deps;
  const { principal, userLabel } = options;
  const { workspaceId } = principal;
  const where = and(eq(conversations.workspaceId, workspaceId), eq(conversations.userLabel, userLabel)) ?? sql`false`;
  const reference = labelReference(secret, { workspaceId, userLabel });
  const sessionsClosed = await closeSessions(deps, { workspaceId, userLabel });

  // Written before the first row goes: the deletion is many short transactions, and none may be without its trace.
  await db.transaction(async (tx) => {
    const [found] = await tx.select({ conversations: count(), messages: sum(conversations.messageCount) }).from(conversations).where(where);
    await recordAudit(tx, principal, {
      action: 'privacy.erase',
      subject: { kind: 'caller', id: reference },
      details: { conversations: found?.conversations ?? 0, messages: Number(found?.messages ?? 0), sessions_closed: sessionsClosed },
    });
  });
  const deleted = await deleteConversations(db, { where, withUsage: true });
  return { conversations: deleted.conversations, messages: deleted.messages, usage_records: deleted.usageRecords, sessions_closed: sessionsClosed, reference };
}

/** A gateway that does not answer must not keep a person from being forgotten: what it still writes has no conversation to go into. */
async function closeSessions({ sessions, log }: EraseCallerDeps, who: { workspaceId: string; userLabel: string }): Promise<number> {
  try {
    const live = await sessions.list();
    const theirs = live.filter((session) => session.workspace_id === who.workspaceId && session.user_label === who.userLabel);
    const closed = await Promise.allSettled(theirs.map((session) => sessions.close(session.session_id)));
    const failed = closed.filter((one) => one.status === 'rejected');
    for (const one of failed) log.warn({ err: one.reason as unknown }, 'a live session of an erased caller could not be closed');
    return closed.length - failed.length;
  } catch (err) {
    log.warn({ err }, 'live sessions of an erased caller could not be looked for');
    return 0;
  }
}
