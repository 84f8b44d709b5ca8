import { and, asc, eq, gt, inArray, sql, type SQL } from 'drizzle-orm';
import { conversations, messages } from '../conversations/tables';
import { exportFiles } from '../files';
import type { Database } from '../platform/db/client';
import { usageRecords } from '../usage/tables';
import { findCallerRows } from './caller-rows';
import { exportCalls } from './export-calls';

/** Rows in memory at a time: what a person said in years need not fit in there. */
const CONVERSATIONS_A_PAGE = 50;
const MESSAGES_A_PAGE = 500;

export interface CallerExport {
  workspaceId: string;
  userLabel: string;
  at: Date;
}

/** Everything kept of a caller, as the text of one JSON object, piece by piece. Erasure deletes the same, and takes the name off the ledger. */
export async function* exportCaller(db: Database, { workspaceId, userLabel, at }: CallerExport): AsyncGenerator<string> {
  const theirs = await findCallerRows(db, { workspaceId, userLabel });
  let separator = '';
  yield `{"user_label":${JSON.stringify(userLabel)},"exported_at":${JSON.stringify(at)},"conversations":[`;
  for (let after: string | undefined; ;) {
    const page = await db.select().from(conversations)
      .where(and(theirs.conversations, after === undefined ? undefined : gt(conversations.id, after)))
      .orderBy(asc(conversations.id)).limit(CONVERSATIONS_A_PAGE);
    const usage = page.length === 0 ? [] : await db.select().from(usageRecords)
      .where(and(eq(usageRecords.workspaceId, workspaceId), inArray(usageRecords.conversationId, page.map(({ id }) => id)))).orderBy(asc(usageRecords.createdAt));
    for (const conversation of page) {
      const head = JSON.stringify({
        ...presentConversation(conversation),
        usage: usage.filter(({ conversationId }) => conversationId === conversation.id).map(presentUsage),
      });
      yield `${separator}${head.slice(0, -1)},"messages":[`;
      yield* exportMessages(db, { workspaceId, conversationId: conversation.id });
      yield '],"files":[';
      yield* exportFiles(db, { workspaceId, conversationId: conversation.id });
      yield ']}';
      separator = ',';
    }
    after = page.at(-1)?.id;
    if (page.length < CONVERSATIONS_A_PAGE) break;
  }
  yield '],"usage":[';
  yield* exportUsageWithoutConversation(db, theirs.usage);
  yield '],"calls":[';
  yield* exportCalls(db, theirs.calls);
  yield ']}';
}

/** Retention deletes conversations and keeps the ledger. */
async function* exportUsageWithoutConversation(db: Database, where: SQL): AsyncGenerator<string> {
  for (let after: string | undefined; ;) {
    const page = await db.select().from(usageRecords).where(and(
      where, sql`not exists (select from ${conversations} where ${conversations.id} = ${usageRecords.conversationId})`, after === undefined ? undefined : gt(usageRecords.id, after),
    )).orderBy(asc(usageRecords.id)).limit(MESSAGES_A_PAGE);
    if (page.length > 0) yield (after === undefined ? '' : ',') + page.map((row) => JSON.stringify(presentUsage(row))).join(',');
    after = page.at(-1)?.id;
    if (page.length < MESSAGES_A_PAGE) return;
  }
}

async function* exportMessages(db: Database, of: { workspaceId: string; conversationId: string }): AsyncGenerator<string> {
  for (let after = 0; ;) {
    const page = await db.select().from(messages)
      .where(and(eq(messages.workspaceId, of.workspaceId), eq(messages.conversationId, of.conversationId), gt(messages.seq, after)))
      .orderBy(asc(messages.seq)).limit(MESSAGES_A_PAGE);
    if (page.length > 0) yield (after === 0 ? '' : ',') + page.map((row) => JSON.stringify(presentMessage(row))).join(',');
    after = page.at(-1)?.seq ?? after;
    if (page.length < MESSAGES_A_PAGE) return;
  }
}

const presentConversation = (row: typeof conversations.$inferSelect) => ({
  id: row.id, channel: row.channel, status: row.status, end_reason: row.endReason, title: row.title, agent_id: row.agentId, user_label: row.userLabel, user_id: row.userId,
  metadata: row.metadata, created_at: row.createdAt, updated_at: row.updatedAt, ended_at: row.endedAt,
});

const presentMessage = (row: typeof messages.$inferSelect) => ({
  id: row.id, seq: row.seq, turn_id: row.turnId, role: row.role, content: row.content, status: row.status, provider: row.provider, model: row.model,
  metadata: row.metadata, created_at: row.createdAt,
});

const presentUsage = (row: typeof usageRecords.$inferSelect) => ({
  id: row.id, turn_id: row.turnId, leg: row.leg, provider: row.provider, model: row.model, input_tokens: row.inputTokens, output_tokens: row.outputTokens,
  cached_tokens: row.cachedTokens, audio_seconds: row.audioSeconds, characters: row.characters, cost_usd: row.costUsd, price_version: row.priceVersion, success: row.success === 'yes', created_at: row.createdAt,
});
