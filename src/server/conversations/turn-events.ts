import type { ToolCallRecord } from './tables';

export interface TokenUsage {
  inputTokens: number;
  outputTokens: number;
  cachedTokens: number;
}

/**
 * What a turn yields, in this order: any number of text deltas, tool calls and their results, then exactly one `final`.
 * A turn that fails throws an AppError after whatever it yielded; a cancelled one throws kind `cancelled`.
 */
export type TurnEvent =
  | { type: 'text-delta'; text: string }
  | { type: 'tool-call'; id: string; name: string; args: Record<string, unknown>; label: string }
  | { type: 'tool-result'; id: string; name: string; record: ToolCallRecord }
  | { type: 'final'; messageId: string; text: string; provider: string; model: string; usage: TokenUsage; toolCalls: ToolCallRecord[] };
