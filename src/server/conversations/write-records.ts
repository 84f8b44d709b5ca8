import { and, eq, inArray, isNotNull, sql } from 'drizzle-orm';
import { AppError } from '../platform/errors';
import { insertUsage } from '../usage';
import type { Transaction } from './bounded-transaction';
import { conversationNotFound } from './get-conversation';
import { storableJson } from './storable';
import type { ConversationStore, NewConversation, NewMessage, NewUsage, ReplyCheckpoint } from './store';
import { conversations, messages } from './tables';

/** One write, with every id decided beforehand, so that writing it again changes nothing. */
export type StoreRecord =
  | { type: 'start'; conversationId: string; conversation: NewConversation }
  | { type: 'message'; conversationId: string; message: NewMessage }
  | { type: 'checkpoint'; conversationId: string; checkpoint: ReplyCheckpoint }
  | { type: 'amend'; conversationId: string; amendment: Parameters<ConversationStore['amendMessage']>[0] }
  | { type: 'usage'; conversationId: string | null; rows: Array<NewUsage & { id: string }> }
  | { type: 'end'; conversationId: string; end: Parameters<ConversationStore['endConversation']>[0] };

/** Applies records in order within the caller's transaction; what was used last, and at once, because of the locks of its totals. */
export async function writeRecords(tx: Transaction, records: readonly StoreRecord[]): Promise<void> {
  const used: Array<NewUsage & { id: string }> = [];
  for (let at = 0; at < records.length; at++) {
    const record = records[at];
    if (record === undefined) break;
    if (record.type === 'message') {
      const run = [record.message];
      for (let next = records[at + 1]; next?.type === 'message' && next.conversationId === record.conversationId; next = records[at + 1]) {
        run.push(next.message);
        at++;
      }
      await insertMessages(tx, record.conversationId, run);
    } else if (record.type === 'start') await startConversation(tx, record.conversation);
    else if (record.type === 'checkpoint') await checkpointReply(tx, record.checkpoint);
    else if (record.type === 'amend') await amendMessage(tx, record.amendment);
    else if (record.type === 'usage') used.push(...record.rows);
    else await endConversation(tx, record.end);
  }
  await insertUsage(tx, used);
}

/** A conversation that exists goes on: it becomes active again, learns its new session, and keeps its title, channel and label. */
async function startConversation(tx: Transaction, conversation: NewConversation): Promise<void> {
  const rows = await tx.insert(conversations).values(storableJson(conversation)).onConflictDoUpdate({
    target: conversations.id,
    set: {
      status: 'active', nodeId: conversation.nodeId ?? null, endReason: null, endedAt: null, updatedAt: sql`now()`,
      metadata: sql`${conversations.metadata} || excluded.metadata`,
    },
    setWhere: eq(conversations.workspaceId, conversation.workspaceId),
  }).returning({ id: conversations.id });
  if (rows.length === 0) throw conversationNotFound(conversation.id);
}

interface Locked { count: number; title: string | null }

/** The conversation's row is the lock that keeps `seq` without gaps, whoever else writes. */
async function lock(tx: Transaction, conversationId: string, workspaceId: string): Promise<Locked | null> {
  const [locked] = await tx.select({ count: conversations.messageCount, title: conversations.title }).from(conversations)
    .where(and(eq(conversations.id, conversationId), eq(conversations.workspaceId, workspaceId))).for('update');
  return locked ?? null;
}

async function insertMessages(tx: Transaction, conversationId: string, run: NewMessage[]): Promise<void> {
  const workspaceId = run[0]?.workspaceId ?? '';
  const locked = await lock(tx, conversationId, workspaceId);
  if (!locked) throw conversationNotFound(conversationId);
  const stored = await tx.select({ id: messages.id, status: messages.status }).from(messages)
    .where(and(eq(messages.conversationId, conversationId), inArray(messages.id, run.map(({ id }) => id))));
  const halves = new Set(stored.filter(({ status }) => status === 'interrupted').map(({ id }) => id));
  const known = new Set(stored.map(({ id }) => id));
  const ended = run.filter(({ id }) => halves.has(id)).map(storableJson);
  const fresh = run.filter(({ id }) => !known.has(id) && known.add(id)).map(storableJson);
  if (fresh.length > 0) await tx.insert(messages).values(fresh.map(({ replaces: _, ...message }, index) => ({ ...message, seq: locked.count + index + 1 })));
  for (const message of ended) await endReply(tx, message);
  const written = [...fresh, ...ended];
  if (written.length === 0) return;
  for (const { id, replaces } of written) if (replaces !== undefined) await amendMessage(tx, { id: replaces, workspaceId, conversationId, metadata: { replacedBy: id } });
  await tx.update(conversations).set({
    messageCount: locked.count + fresh.length,
    ...answeredBy(written),
    title: locked.title ?? fresh.find(({ role }) => role === 'user')?.content ?? null,
    updatedAt: sql`now()`,
  }).where(eq(conversations.id, conversationId));
}

/** What a reply came to, in the place of its checkpoint. That it was asked for again meanwhile stays, unless it is the other that it had given way to. */
async function endReply(tx: Transaction, { id, replaces = '', ...message }: NewMessage): Promise<void> {
  const { content, status = 'complete', provider = null, model = null, metadata = {}, createdAt } = message;
  await tx.update(messages).set({
    content, status, provider, model, checkpointedAt: null, checkpointUsage: null, ...(createdAt === undefined ? {} : { createdAt }),
    metadata: sql`${JSON.stringify(metadata)}::text::jsonb || CASE WHEN ${messages.metadata}->>'replacedBy' <> ${replaces}
      THEN jsonb_build_object('replacedBy', ${messages.metadata}->'replacedBy') ELSE '{}' END`,
  }).where(and(eq(messages.id, id), eq(messages.conversationId, message.conversationId)));
}

/** Once it has its place only its own row is touched. */
async function checkpointReply(tx: Transaction, checkpoint: ReplyCheckpoint): Promise<void> {
  const { message: { replaces: _, ...message }, usage } = storableJson(checkpoint);
  const { id, workspaceId, conversationId, content, metadata = {} } = message;
  const state = { checkpointedAt: sql`now()`, checkpointUsage: usage };
  const renewed = await tx.update(messages).set({ ...state, content, metadata: sql`${messages.metadata} || ${JSON.stringify(metadata)}::text::jsonb` })
    .where(and(eq(messages.id, id), eq(messages.conversationId, conversationId), isNotNull(messages.checkpointedAt))).returning({ id: messages.id });
  if (renewed.length > 0) return;
  const locked = await lock(tx, conversationId, workspaceId);
  if (!locked || (await tx.$count(messages, eq(messages.id, id))) > 0) return;
  await tx.insert(messages).values({ ...message, ...state, status: 'interrupted', seq: locked.count + 1 });
  await tx.update(conversations).set({ messageCount: locked.count + 1, ...answeredBy([message]), updatedAt: sql`now()` }).where(eq(conversations.id, conversationId));
}

/** Lists show who answered last without reading messages. */
function answeredBy(messages: readonly NewMessage[]): { provider?: string; model?: string | null } {
  const reply = messages.findLast(({ role, provider }) => role === 'assistant' && provider);
  return reply?.provider ? { provider: reply.provider, model: reply.model ?? null } : {};
}

async function amendMessage(tx: Transaction, amendment: Parameters<ConversationStore['amendMessage']>[0]): Promise<void> {
  const { id, workspaceId, conversationId, content, status, metadata } = storableJson(amendment);
  const rows = await tx.update(messages).set({
    ...(content === undefined ? {} : { content }),
    ...(status === undefined ? {} : { status }),
    // Keys that are not named keep their value; an amendment without any touches nothing but must be valid SQL.
    metadata: sql`${messages.metadata} || ${JSON.stringify(metadata ?? {})}::text::jsonb`,
  }).where(and(eq(messages.id, id), eq(messages.conversationId, conversationId), eq(messages.workspaceId, workspaceId))).returning({ id: messages.id });
  if (rows.length === 0) throw new AppError('not_found', `Message ${id} not found`);
}

async function endConversation(tx: Transaction, { id, workspaceId, endReason }: Parameters<ConversationStore['endConversation']>[0]): Promise<void> {
  await tx.update(conversations).set({ status: 'ended', endReason, nodeId: null, endedAt: sql`now()`, updatedAt: sql`now()` })
    .where(and(eq(conversations.id, id), eq(conversations.workspaceId, workspaceId), eq(conversations.status, 'active')));
}
