'use client';

import { useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { useTRPC } from '../../_lib/trpc';
import { Button } from '../../_ui/button';
import { Card, CardHeader } from '../../_ui/card';
import { ConversationRow } from '../_components/conversation-row';

/** The last few; nothing at all before there are any, because the first steps say what to do then. */
export function RecentConversations() {
  const trpc = useTRPC();
  const recent = useQuery(trpc.conversations.list.queryOptions({ limit: 4 }, { refetchInterval: 10_000 }));
  if (!recent.data || recent.data.conversations.length === 0) return null;
  return (
    <Card aria-labelledby="recent-title">
      <CardHeader id="recent-title" title="Recent conversations" action={<Button asChild variant="ghost" size="sm"><Link href="/conversations">View all</Link></Button>} />
      <ul className="divide-y divide-line">{recent.data.conversations.map((conversation) => <li key={conversation.id}><ConversationRow conversation={conversation} /></li>)}</ul>
    </Card>
  );
}
