import { validationError } from '@/server/api/validation-error';
import { conversationQuery, type ConversationQuery } from '../contract/conversation-events';

/** What the address of a conversation's WebSocket asks for. @throws AppError invalid_input, which refuses the upgrade */
export function readConversationQuery(url: string): ConversationQuery {
  const parsed = conversationQuery.safeParse(Object.fromEntries(new URLSearchParams(url.split('?', 2)[1] ?? '')));
  if (!parsed.success) throw validationError(parsed.error);
  return parsed.data;
}
