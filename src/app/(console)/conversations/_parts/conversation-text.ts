import type { ConversationDetail } from '@/server/conversations/contract';
import { formatDateTime } from '../../../_lib/format';
import { conversationTitle } from '../../_components/conversation-title';
import { isShown } from '../../_components/shown-messages';

/** A transcript for people: who said what, and when. */
export function asText(conversation: ConversationDetail): string {
  const agent = conversation.agent_name ?? 'Agent';
  const lines = conversation.messages.filter(isShown).map((message) => {
    const cut = message.status === 'complete' ? '' : message.status === 'interrupted' ? ' [interrupted]' : ' [failed]';
    return `[${new Date(message.created_at).toLocaleTimeString('en-GB')}] ${message.role === 'user' ? conversation.user_label : agent}: ${message.content}${cut}`;
  });
  return [
    conversation.title !== null || conversation.channel === 'phone' ? conversationTitle(conversation) : 'Conversation',
    `${conversation.user_label} with ${agent}, ${conversation.channel}, ${formatDateTime(new Date(conversation.created_at))}`,
    '', ...lines, '',
  ].join('\n');
}
