import { and, asc, count, desc, eq, gt, gte, ilike, inArray, lt, or, sql, type SQL } from 'drizzle-orm';
import { union } from 'drizzle-orm/pg-core';
import { agents } from '../agents/tables';
import type { Principal } from '../auth/principal';
import type { Database } from '../platform/db/client';
import { containing } from '../platform/db/containing';
import type { ConversationSnippet, ListConversationsInput } from './contract';
import { ownedBy } from './owner';
import { conversationColumns, presentConversation } from './present-conversation';
import { snippetParts } from './search-snippet';
import { conversationVector, messageVector, searchTerms, tsQueryText, type SearchTerm } from './search-text';
import { conversations, isTold, messages } from './tables';

/** What a snippet is cut from: the list must not carry whole speeches out of the database. */
const SNIPPET_CHARACTERS = 20_000;

const said = (terms: readonly SearchTerm[]): SQL =>
  and(isTold(), inArray(messages.role, ['user', 'assistant']), sql`${messageVector(messages.content)} @@ to_tsquery('simple', ${tsQueryText(terms)})`) as SQL;

/** A part of a number or an address, which people know by its end as often as by its beginning. */
const looksLikeCaller = (q: string): boolean => /^\S{3,}$/.test(q) && /[\d@]/.test(q);

/** Conversations in which it was said, and those that are called so: each by its own index. */
function matchingWords(db: Database, workspaceId: string, q: string): SQL | undefined {
  const terms = searchTerms(q);
  if (terms.length === 0) { // signs alone are no words; the few who look for them wait
    const pattern = containing(q);
    const mentioned = db.select({ id: messages.conversationId }).from(messages).where(and(eq(messages.workspaceId, workspaceId), isTold(), ilike(messages.content, pattern)));
    return or(ilike(conversations.title, pattern), ilike(conversations.userLabel, pattern), inArray(conversations.id, mentioned));
  }
  const inMessages = db.select({ id: messages.conversationId }).from(messages).where(and(eq(messages.workspaceId, workspaceId), said(terms)));
  const inNames = db.select({ id: conversations.id }).from(conversations)
    .where(and(eq(conversations.workspaceId, workspaceId), sql`${conversationVector(conversations.title, conversations.userLabel)} @@ to_tsquery('simple', ${tsQueryText(terms)})`));
  if (!looksLikeCaller(q)) return inArray(conversations.id, union(inMessages, inNames));
  const ofCallers = db.select({ id: conversations.id }).from(conversations).where(and(eq(conversations.workspaceId, workspaceId), ilike(conversations.userLabel, containing(q))));
  return inArray(conversations.id, union(inMessages, inNames, ofCallers));
}

const matching = (db: Database, workspaceId: string, filter: ListConversationsInput): SQL | undefined => and(
  eq(conversations.workspaceId, workspaceId),
  filter.channel ? eq(conversations.channel, filter.channel) : undefined,
  filter.status ? eq(conversations.status, filter.status) : undefined,
  filter.agent_id ? eq(conversations.agentId, filter.agent_id) : undefined,
  filter.from ? gte(conversations.updatedAt, new Date(filter.from)) : undefined,
  filter.to ? lt(conversations.updatedAt, new Date(filter.to)) : undefined,
  filter.q ? matchingWords(db, workspaceId, filter.q) : undefined,
);

/** `principal` is whose `mine` are. */
export async function findConversations(db: Database, options: { workspaceId: string; principal?: Principal; filter: ListConversationsInput }) {
  const { limit, offset, q } = options.filter;
  const { principal } = options;
  const where = and(matching(db, options.workspaceId, options.filter), options.filter.mine && principal ? and(ownedBy(principal), gt(conversations.messageCount, 0)) : undefined);
  const rows = await db.select(conversationColumns).from(conversations).leftJoin(agents, eq(agents.id, conversations.agentId))
    .where(where).orderBy(desc(conversations.updatedAt), conversations.id).limit(limit).offset(offset);
  // A short first page is the whole answer: most of the time the second query is not needed.
  const total = offset === 0 && rows.length < limit ? rows.length : ((await db.select({ total: count() }).from(conversations).where(where))[0]?.total ?? 0);
  const snippets = q ? await findSnippets(db, { workspaceId: options.workspaceId, ids: rows.map(({ id }) => id), q }) : new Map<string, ConversationSnippet>();
  return { conversations: rows.map((row) => ({ ...presentConversation(row), snippet: snippets.get(row.id) ?? null })), total, limit, offset };
}

/** The first message of each conversation of the page in which it was said. */
async function findSnippets(db: Database, { workspaceId, ids, q }: { workspaceId: string; ids: string[]; q: string }): Promise<Map<string, ConversationSnippet>> {
  const terms = searchTerms(q);
  if (ids.length === 0 || terms.length === 0) return new Map();
  const rows = await db.selectDistinctOn([messages.conversationId], {
    id: messages.conversationId, seq: messages.seq, role: messages.role, text: sql<string>`left(${messages.content}, ${sql.raw(String(SNIPPET_CHARACTERS))})`,
  }).from(messages).where(and(eq(messages.workspaceId, workspaceId), inArray(messages.conversationId, ids), said(terms))).orderBy(messages.conversationId, asc(messages.seq));
  return new Map(rows.map(({ id, seq, role, text }) => [id, { seq, role, parts: snippetParts(text, terms) }]));
}
