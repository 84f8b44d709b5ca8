import type { TokenUsage } from '../conversations/turn-events';

export const presentUsage = (usage: TokenUsage | null) =>
  usage && { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens, cached_tokens: usage.cachedTokens };
