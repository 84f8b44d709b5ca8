import type { Conversation } from '@/server/conversations/contract';

/** What a conversation is called; without words of the other side it says so, whatever the reason was. */
export const conversationTitle = ({ title, status }: Pick<Conversation, 'title' | 'status'>): string =>
  title ?? (status === 'active' ? 'Nothing said yet' : 'No words recognised');
