import type { Conversation } from '@/server/conversations/contract';
import { uploadedFileName } from './uploaded-file-name';

/**
 * What a conversation is called. Without words of the other side it says so, whatever the reason was; a call in which
 * only the agent spoke, such as one that brings a message, is known by who was on the telephone; one that began with a
 * file alone, by the file.
 */
export function conversationTitle({ title, status, channel, user_label: other }: Pick<Conversation, 'title' | 'status' | 'channel' | 'user_label'>): string {
  if (title !== null) return uploadedFileName(title) ?? title;
  if (channel === 'phone') return `Call with ${other}`;
  if (channel === 'chat') return 'Nothing written yet';
  return status === 'active' ? 'Nothing said yet' : 'No words recognised';
}
