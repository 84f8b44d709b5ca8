import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import type { Conversation } from '@/server/conversations/contract';
import { plural } from '../../_lib/format';
import { Badge, Dot } from '../../_ui/badge';
import { Ago } from './ago';
import { ChannelIcon } from './channel';
import { conversationTitle } from './conversation-title';

/** One conversation in a list; the whole row is the link. */
export const ConversationRow = ({ conversation }: { conversation: Conversation }) => (
  <Link
    href={`/conversations/${conversation.id}`}
    className="group flex items-center gap-3 px-4 py-3 -outline-offset-2 transition-colors hover:bg-sunken sm:px-5"
  >
    <ChannelIcon channel={conversation.channel} />
    <div className="min-w-0 flex-1">
      <p className="flex items-center gap-2">
        <span className="truncate font-medium">{conversationTitle(conversation)}</span>
        {conversation.status === 'active' && <Badge tone="ok"><Dot tone="ok" pulse />Live</Badge>}
      </p>
      <p className="truncate text-xs text-ink-3">
        {conversation.user_label} · {conversation.agent_name ?? 'Deleted agent'}
        <span className="sm:hidden"> · <Ago when={conversation.updated_at} /></span>
      </p>
    </div>
    <span className="tabular hidden w-24 text-right text-[0.8125rem] text-ink-2 sm:block">{plural(conversation.message_count, 'message')}</span>
    <span className="hidden w-32 text-right text-[0.8125rem] text-ink-2 sm:block"><Ago when={conversation.updated_at} /></span>
    <ChevronRight aria-hidden className="size-4 shrink-0 text-ink-3 transition-transform group-hover:translate-x-0.5" />
  </Link>
);
