import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import type { Conversation, ConversationSnippet } from '@/server/conversations/contract';
import { plural } from '../../_lib/format';
import { Badge, Dot } from '../../_ui/badge';
import { Ago } from './ago';
import { ChannelIcon } from './channel';
import { conversationTitle } from './conversation-title';
import { snippetWithoutMarks } from './snippet-without-marks';

/** One conversation in a list; the whole row is the link. */
export function ConversationRow({ conversation, snippet = null }: { conversation: Conversation; snippet?: ConversationSnippet | null }) {
  // Conversations are named by what was said first: found there, the name shows it and need not be repeated.
  const inTitle = snippet !== null && snippet.parts.map(({ text }) => text).join('') === conversation.title;
  const namesCaller = conversation.title === null && conversation.channel === 'phone';
  return (
    <Link
      href={`/conversations/${conversation.id}${snippet ? `#message-${snippet.seq}` : ''}`}
      className="group flex items-center gap-3 px-4 py-3 -outline-offset-2 transition-colors hover:bg-sunken sm:px-5"
    >
      <ChannelIcon channel={conversation.channel} className="self-start" />
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{inTitle ? <Marked parts={snippet.parts} /> : conversationTitle(conversation)}</span>
          {conversation.status === 'active' && <Badge tone="ok"><Dot tone="ok" pulse />Live</Badge>}
        </p>
        {snippet && !inTitle && <Found snippet={snippet} />}
        {/* At phone width the names give way, the time never does. */}
        <p className="flex min-w-0 gap-1 text-xs text-ink-3">
          <span className="truncate">{namesCaller ? '' : `${conversation.user_label} · `}{conversation.agent_name ?? (conversation.message_count === 0 ? 'No agent yet' : 'Deleted agent')}</span>
          <span className="shrink-0 sm:hidden">· <Ago when={conversation.updated_at} /></span>
        </p>
      </div>
      <span className="tabular hidden w-24 shrink-0 text-right text-[0.8125rem] text-ink-2 sm:block">{plural(conversation.message_count, 'message')}</span>
      <span className="hidden w-28 shrink-0 text-right text-[0.8125rem] text-ink-2 sm:block"><Ago when={conversation.updated_at} /></span>
      <ChevronRight aria-hidden className="size-4 shrink-0 text-ink-3 transition-transform group-hover:translate-x-0.5" />
    </Link>
  );
}

/** Where it was said, with what was searched for marked. */
const Found = ({ snippet }: { snippet: ConversationSnippet }) => (
  <p className="my-0.5 line-clamp-2 text-[0.8125rem] leading-5 text-ink-2">
    <span className="text-ink-3">{snippet.role === 'user' ? 'Caller: ' : 'Agent: '}</span>
    <Marked parts={snippet.parts} />
  </p>
);

const Marked = ({ parts }: { parts: ConversationSnippet['parts'] }) =>
  snippetWithoutMarks(parts).map((part, index) => (part.match ? <mark key={index} className="rounded-sm bg-accent-soft font-medium text-accent-ink">{part.text}</mark> : <span key={index}>{part.text}</span>));
