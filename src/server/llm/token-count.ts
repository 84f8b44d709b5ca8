import { estimateTokenCount } from 'tokenx';

/** Roles and separators cost a few tokens a message with every vendor. */
export const MESSAGE_OVERHEAD_TOKENS = 4;

/** An estimate: exact counts differ by vendor and would need each one's vocabulary. */
export const countTokens = (text: string): number => (text === '' ? 0 : estimateTokenCount(text));
