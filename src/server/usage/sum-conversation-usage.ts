import { and, eq, sql, sum } from 'drizzle-orm';
import type { Database } from '../platform/db/client';
import type { ConversationUsage } from './contract';
import { usageRecords } from './tables';

export async function sumConversationUsage(db: Database, options: { workspaceId: string; conversationId: string }): Promise<ConversationUsage> {
  const [total] = await db.select({
    inputTokens: sum(usageRecords.inputTokens),
    outputTokens: sum(usageRecords.outputTokens),
    cachedTokens: sum(usageRecords.cachedTokens),
    audioSeconds: sql<string | null>`sum(${usageRecords.audioSeconds}) FILTER (WHERE ${usageRecords.leg} = 'stt')`, // of a call it is the line's time
    characters: sum(usageRecords.characters),
  }).from(usageRecords).where(and(eq(usageRecords.workspaceId, options.workspaceId), eq(usageRecords.conversationId, options.conversationId)));
  const number = (text: string | null | undefined) => Number(text ?? 0);
  return {
    input_tokens: number(total?.inputTokens),
    output_tokens: number(total?.outputTokens),
    cached_tokens: number(total?.cachedTokens),
    stt_seconds: Math.round(number(total?.audioSeconds) * 10) / 10,
    tts_characters: number(total?.characters),
  };
}
