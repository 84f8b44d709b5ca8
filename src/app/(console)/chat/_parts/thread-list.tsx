'use client';

import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { MessagesSquare, SearchX, SquarePen } from 'lucide-react';
import Link from 'next/link';
import { useState } from 'react';
import { useTRPC, useTRPCClient } from '../../../_lib/trpc';
import { useStandingError } from '../../../_lib/use-standing-error';
import { Button } from '../../../_ui/button';
import { SearchField } from '../../../_ui/search-field';
import { EmptyState, ErrorState, LoadingRows } from '../../../_ui/states';
import { byDay } from '../_lib/by-day';
import { ThreadRow } from './thread-row';

const PAGE_SIZE = 40;

/** One's own threads of every channel, the newest first; the words of all of them can be searched. */
export function ThreadList({ openId, onChoose }: { openId: string | null; onChoose?: () => void }) {
  const trpc = useTRPC();
  const client = useTRPCClient();
  const [q, setQ] = useState('');
  const list = useInfiniteQuery({
    queryKey: [...trpc.conversations.list.pathKey(), 'threads', q],
    queryFn: ({ pageParam, signal }) => client.conversations.list.query({ mine: true, limit: PAGE_SIZE, offset: pageParam, ...(q === '' ? {} : { q }) }, { signal }),
    initialPageParam: 0,
    getNextPageParam: ({ offset, limit, total }) => (offset + limit < total ? offset + limit : undefined),
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
  const problem = useStandingError(list);
  const threads = list.data?.pages.flatMap(({ conversations }) => conversations);
  return (
    <div className="flex h-full min-h-0 w-full flex-col">
      <div className="space-y-2 border-b border-line p-3">
        <Button asChild className="w-full"><Link href="/chat" {...(onChoose ? { onClick: onChoose } : {})}><SquarePen aria-hidden />New chat</Link></Button>
        <SearchField label="Search threads" className="sm:min-w-0" value={q} onChange={(words) => setQ(words ?? '')} />
      </div>
      <nav aria-label="Threads" aria-busy={list.isPlaceholderData} className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 py-2">
        {!threads && (problem ? <ErrorState className="px-2" title="The threads cannot be read" message={problem.message} onRetry={() => void list.refetch()} /> : <LoadingRows rows={6} label="Loading threads" />)}
        {threads?.length === 0 && (q === ''
          ? <EmptyState className="px-3" icon={MessagesSquare} title="No threads yet">What you write or say is kept here.</EmptyState>
          : <EmptyState className="px-3" icon={SearchX} title="Nothing found">Try fewer or shorter words.</EmptyState>)}
        {threads && byDay(threads, new Date()).map(({ label, items }) => (
          <section key={label} aria-label={label} className="mb-3">
            <p aria-hidden className="px-2.5 pt-1 pb-1 text-2xs font-medium text-ink-3">{label}</p>
            <ul className="space-y-px">
              {items.map((thread) => <li key={thread.id}><ThreadRow thread={thread} isOpen={thread.id === openId} {...(onChoose ? { onChoose } : {})} /></li>)}
            </ul>
          </section>
        ))}
        {list.hasNextPage && <Button variant="ghost" size="sm" className="w-full" disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>Older threads</Button>}
      </nav>
    </div>
  );
}
