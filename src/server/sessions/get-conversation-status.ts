import { and, eq, sql, type SQL } from 'drizzle-orm';
import type { Principal } from '../auth/principal';
import { conversations } from '../conversations/tables';
import type { Database } from '../platform/db/client';
import { isUuid } from '../platform/ids';
import { conversationStatus, type ConversationStatus } from './contract';
import type { ControlSession } from './control-contract';
import type { LiveSessions } from './live-sessions';

export interface StatusQuery {
  principal: Principal;
  conversationId?: string | undefined;
  sessionId?: string | undefined;
}

const NONE = { conversation_id: null, session_id: null, agent_id: null, status: 'none', state: null, started_at: null } as const;

const isOwn = (session: ControlSession, { kind, id }: Principal) => session.principal.kind === kind && session.principal.id === id;

const present = (session: ControlSession): Omit<ConversationStatus, 'active_conversations'> => ({
  conversation_id: session.conversation_id,
  session_id: session.session_id,
  agent_id: session.agent_id,
  status: 'active',
  state: conversationStatus.shape.state.parse(session.state),
  started_at: session.started_at,
});

async function storedStatus(db: Database, options: { workspaceId: string; where: SQL; nodesAnswered: boolean }): Promise<Omit<ConversationStatus, 'active_conversations'>> {
  const [row] = await db.select().from(conversations).where(and(eq(conversations.workspaceId, options.workspaceId), options.where)).limit(1);
  if (!row) return NONE;
  const { sessionId } = row.metadata;
  return {
    conversation_id: row.id,
    session_id: typeof sessionId === 'string' ? sessionId : null,
    agent_id: row.agentId,
    // A call that no node holds is over, whatever its row says; one in writing goes on until somebody ends it.
    status: row.status === 'active' && (row.nodeId === null || !options.nodesAnswered) ? 'active' : 'ended',
    state: null,
    started_at: row.createdAt.toISOString(),
  };
}

/** Live conversations first: they are known before they are stored. A device is told of its own only. */
export async function getConversationStatus({ db, sessions }: { db: Database; sessions: Pick<LiveSessions, 'list'> }, query: StatusQuery): Promise<ConversationStatus> {
  const { principal, conversationId, sessionId } = query;
  const { workspaceId } = principal;
  const listed = await sessions.list().catch(() => null);
  const theirs = (listed ?? []).filter((session) => session.workspace_id === workspaceId);
  const visible = principal.kind === 'device' ? theirs.filter((session) => isOwn(session, principal)) : theirs;
  const newestFirst = visible.sort((a, b) => b.started_at.localeCompare(a.started_at));
  const live = conversationId !== undefined ? newestFirst.find((session) => session.conversation_id === conversationId)
    : sessionId !== undefined ? newestFirst.find((session) => session.session_id === sessionId)
    : newestFirst.find((session) => isOwn(session, principal));
  const found = live ? present(live) : await stored();
  return { ...found, active_conversations: theirs.length };

  async function stored() {
    const id = conversationId ?? sessionId;
    if (id === undefined || !isUuid(id) || principal.kind === 'device') return NONE;
    const where = conversationId === undefined ? sql`${conversations.metadata}->>'sessionId' = ${id} AND ${conversations.metadata} ? 'sessionId'` : eq(conversations.id, id);
    return storedStatus(db, { workspaceId, where, nodesAnswered: listed !== null });
  }
}
