'use client';

import { useQuery } from '@tanstack/react-query';
import { ArrowLeft, AudioLines, MessageCircle, MessageSquareDashed } from 'lucide-react';
import Link from 'next/link';
import { useEffect, useState } from 'react';
import { useTRPC } from '../../../_lib/trpc';
import { Badge, Dot } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { Card } from '../../../_ui/card';
import { EmptyState, ErrorState, Skeleton } from '../../../_ui/states';
import { Ago } from '../../_components/ago';
import { conversationTitle } from '../../_components/conversation-title';
import { Page, PageHeader } from '../../_components/page';
import { Transcript } from '../../_components/transcript';
import { useMay } from '../../_shell/use-me';
import { ConversationAside } from './conversation-aside';
import { ExportMenu } from './export-menu';

const LIVE_EVERY_MS = 2_000;

export function ConversationView({ id }: { id: string }) {
  const trpc = useTRPC();
  const query = useQuery(trpc.conversations.get.queryOptions({ conversation_id: id }, {
    refetchInterval: ({ state }) => (state.data?.status === 'active' ? LIVE_EVERY_MS : false),
  }));
  const mayTalk = useMay('operator');
  const conversation = query.data;
  const found = useFoundMessage(conversation !== undefined);
  const missing = query.error?.data?.httpStatus === 404;
  return (
    <Page>
      <Link href="/conversations" className="mb-3 inline-flex items-center gap-1.5 rounded text-[0.8125rem] font-medium text-ink-2 hover:text-ink"><ArrowLeft aria-hidden className="size-4" />Conversations</Link>
      {!conversation && query.error && (
        <Card>{missing
          ? <EmptyState icon={MessageSquareDashed} title="There is no such conversation" action={<Button asChild><Link href="/conversations">All conversations</Link></Button>}>It may have been deleted, or the address is incomplete.</EmptyState>
          : <ErrorState title="The conversation cannot be read" message={query.error.message} onRetry={() => void query.refetch()} />}
        </Card>
      )}
      {!conversation && !query.error && (
        <div role="status" aria-label="Loading the conversation"><Skeleton className="mb-6 h-7 w-80 max-w-full" /><div className="grid gap-5 lg:grid-cols-[minmax(0,1fr)_19rem]"><Skeleton className="h-96 rounded-xl" /><Skeleton className="h-72 rounded-xl" /></div></div>
      )}
      {conversation && (
        <>
          <PageHeader
            title={conversationTitle(conversation)}
            actions={<>
              <ExportMenu conversation={conversation} />
              {mayTalk && <Button asChild><Link href={`/playground?conversation=${conversation.id}`}><AudioLines aria-hidden />Continue in playground</Link></Button>}
              {mayTalk && <Button asChild variant="primary"><Link href={`/chat?conversation=${conversation.id}`}><MessageCircle aria-hidden />Continue in chat</Link></Button>}
            </>}
          >
            <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
              {conversation.status === 'active' && <Badge tone="ok"><Dot tone="ok" pulse />Live</Badge>}
              <span>{conversation.user_label} with {conversation.agent_name ?? 'a deleted agent'}, <Ago when={conversation.created_at} /></span>
            </p>
          </PageHeader>
          <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_19rem]">
            <Transcript conversation={conversation} found={found} />
            <ConversationAside conversation={conversation} />
          </div>
        </>
      )}
    </Page>
  );
}

/** A search result leads to its message, which is there only once the conversation has been read. */
function useFoundMessage(isThere: boolean): number | null {
  const [found, setFound] = useState<number | null>(null);
  useEffect(() => {
    const seq = Number(/^#message-(\d+)$/.exec(window.location.hash)?.[1]);
    if (!isThere || !seq) return;
    setFound(seq);
    document.getElementById(`message-${seq}`)?.scrollIntoView({ block: 'center' });
  }, [isThere]);
  return found;
}
