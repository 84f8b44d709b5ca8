import { and, eq, sql, sum } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import type { ConversationUsage, TurnUsage } from './contract';
import { usageRecords } from './tables';

export interface ConversationSums {
  total: ConversationUsage;
  /** By the turn's id. */
  turns: ReadonlyMap<string, TurnUsage>;
}

/** One look at the ledger: what each turn used, and what that comes to with what belongs to none. */
export async function sumConversationUsage(db: Database, options: { workspaceId: string; conversationId: string }): Promise<ConversationSums> {
  const rows = await db.select({
    turnId: usageRecords.turnId,
    inputTokens: sum(usageRecords.inputTokens),
    outputTokens: sum(usageRecords.outputTokens),
    cachedTokens: sum(usageRecords.cachedTokens),
    audioSeconds: sql<string | null>`sum(${usageRecords.audioSeconds}) FILTER (WHERE ${usageRecords.leg} = 'stt')`, // of a call it is the line's time
    characters: sum(usageRecords.characters),
    costUsd: sql<number | null>`sum(${usageRecords.costUsd})::float8`,
    unpriced: sql<number>`(count(*) FILTER (WHERE ${usageRecords.costUsd} IS NULL))::int`,
  }).from(usageRecords).where(and(eq(usageRecords.workspaceId, options.workspaceId), eq(usageRecords.conversationId, options.conversationId))).groupBy(usageRecords.turnId);

  const total: ConversationUsage = { input_tokens: 0, output_tokens: 0, cached_tokens: 0, stt_seconds: 0, tts_characters: 0 };
  const turns = new Map<string, TurnUsage>();
  for (const { turnId, costUsd, unpriced, ...row } of rows) {
    const tokens = { input_tokens: Number(row.inputTokens), output_tokens: Number(row.outputTokens), cached_tokens: Number(row.cachedTokens) }; // null is 0
    total.input_tokens += tokens.input_tokens;
    total.output_tokens += tokens.output_tokens;
    total.cached_tokens += tokens.cached_tokens;
    total.stt_seconds += Number(row.audioSeconds);
    total.tts_characters += Number(row.characters);
    if (turnId !== null) turns.set(turnId, { ...tokens, cost_usd: unpriced === 0 ? costUsd : null });
  }
  return { total: { ...total, stt_seconds: Math.round(total.stt_seconds * 10) / 10 }, turns };
}
