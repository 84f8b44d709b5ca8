import { and, count, desc, eq, exists, gte, ilike, lt, or, sql, type SQL } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import type { ListConversationsInput } from './contract';
import { conversationColumns, presentConversation } from './present-conversation';
import { agents } from '../agents/tables';
import { conversations, messages } from './tables';

/** `%`, `_` and `\` stand for themselves in what people search for. */
const containing = (text: string) => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

function matching(db: Database, workspaceId: string, filter: ListConversationsInput): SQL | undefined {
  const pattern = filter.q ? containing(filter.q) : undefined;
  return and(
    eq(conversations.workspaceId, workspaceId),
    filter.channel ? eq(conversations.channel, filter.channel) : undefined,
    filter.status ? eq(conversations.status, filter.status) : undefined,
    filter.agent_id ? eq(conversations.agentId, filter.agent_id) : undefined,
    filter.from ? gte(conversations.updatedAt, new Date(filter.from)) : undefined,
    filter.to ? lt(conversations.updatedAt, new Date(filter.to)) : undefined,
    pattern === undefined ? undefined : or(
      ilike(conversations.title, pattern),
      ilike(conversations.userLabel, pattern),
      exists(db.select({ one: sql`1` }).from(messages).where(and(eq(messages.conversationId, conversations.id), ilike(messages.content, pattern)))),
    ),
  );
}

export async function findConversations(db: Database, options: { workspaceId: string; filter: ListConversationsInput }) {
  const { limit, offset } = options.filter;
  const where = matching(db, options.workspaceId, options.filter);
  const rows = await db.select(conversationColumns).from(conversations).leftJoin(agents, eq(agents.id, conversations.agentId))
    .where(where).orderBy(desc(conversations.updatedAt), conversations.id).limit(limit).offset(offset);
  // A short first page is the whole answer: most of the time the second query is not needed.
  const total = offset === 0 && rows.length < limit ? rows.length : ((await db.select({ total: count() }).from(conversations).where(where))[0]?.total ?? 0);
  return { conversations: rows.map(presentConversation), total, limit, offset };
}
