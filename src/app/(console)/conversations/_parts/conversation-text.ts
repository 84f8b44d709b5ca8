import type { ConversationDetail } from '@/server/conversations/contract';
import { formatDateTime } from '../../../_lib/format';

/** A transcript for people: who said what, and when. */
export function asText(conversation: ConversationDetail): string {
  const agent = conversation.agent_name ?? 'Agent';
  const lines = conversation.messages.filter(({ role }) => role === 'user' || role === 'assistant').map((message) => {
    const cut = message.status === 'complete' ? '' : message.status === 'interrupted' ? ' [interrupted]' : ' [failed]';
    return `[${new Date(message.created_at).toLocaleTimeString('en-GB')}] ${message.role === 'user' ? conversation.user_label : agent}: ${message.content}${cut}`;
  });
  return [
    conversation.title ?? 'Conversation',
    `${conversation.user_label} with ${agent}, ${conversation.channel}, ${formatDateTime(new Date(conversation.created_at))}`,
    '', ...lines, '',
  ].join('\n');
}
