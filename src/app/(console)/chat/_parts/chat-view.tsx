'use client';

import { useSearchParams } from 'next/navigation';
import { useCallback, useEffect } from 'react';
import { z } from 'zod';
import { Skeleton } from '../../../_ui/states';
import type { ChatSession } from '../_lib/chat-session';
import { useChat, useChatSnapshot } from '../_lib/use-chat';
import { ChatHeader } from './chat-header';
import { Conversation } from './conversation';
import { ThreadList } from './thread-list';

/** The open thread stands in the address, without a round trip: Next follows `history`. */
const showAddress = (conversationId: string) => window.history.replaceState(null, '', `/chat?conversation=${conversationId}`);

export function ChatView() {
  const opened = z.uuid().safeParse(useSearchParams().get('conversation')).data ?? null;
  const onConversation = useCallback(showAddress, []);
  const session = useChat(onConversation);
  return (
    <div className="flex h-[calc(100dvh-3.25rem-var(--banner,0px))] min-h-0 md:h-[calc(100dvh-var(--banner,0px))]">
      <aside aria-label="Threads" className="hidden w-68 shrink-0 border-r border-line bg-surface lg:flex"><ThreadList openId={opened} /></aside>
      <div className="flex min-w-0 flex-1 flex-col">
        {session
          ? <Ready session={session} opened={opened} />
          : <div role="status" aria-label="Loading" className="p-6"><Skeleton className="h-9 w-64" /></div>}
      </div>
    </div>
  );
}

function Ready({ session, opened }: { session: ChatSession; opened: string | null }) {
  const snapshot = useChatSnapshot(session);
  // What the session has opened by itself (a new thread, a branch) is in the address already.
  useEffect(() => {
    if ((session.getSnapshot().conversation?.id ?? null) !== opened) void session.open(opened);
  }, [session, opened]);
  return (
    <>
      <ChatHeader session={session} snapshot={snapshot} openId={opened} />
      <Conversation session={session} snapshot={snapshot} />
    </>
  );
}
