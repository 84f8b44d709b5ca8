import type { ConversationMessage } from '@/server/conversations/contract';

/** Somebody spoke, or something was done. An answer that was cut off before its first word was heard by nobody. */
export const isShown = ({ role, status, content, metadata }: ConversationMessage): boolean =>
  role === 'user' || (role === 'assistant' && (status !== 'interrupted' || content.trim() !== '' || (metadata.toolCalls?.length ?? 0) > 0));
