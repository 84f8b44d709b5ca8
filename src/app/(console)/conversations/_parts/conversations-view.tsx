'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { AudioLines, MessagesSquare, SearchX } from 'lucide-react';
import Link from 'next/link';
import { cn } from '../../../_lib/cn';
import { plural } from '../../../_lib/format';
import { useTRPC } from '../../../_lib/trpc';
import { Button } from '../../../_ui/button';
import { Card } from '../../../_ui/card';
import { EmptyState, ErrorState, LoadingRows } from '../../../_ui/states';
import { ConversationRow } from '../../_components/conversation-row';
import { Page, PageHeader } from '../../_components/page';
import { FilterBar } from './filter-bar';
import { Pager } from './pager';
import { PAGE_SIZE, useFilter } from './use-filter';

export function ConversationsView() {
  const trpc = useTRPC();
  const { filter, change, isFiltered } = useFilter();
  const list = useQuery(trpc.conversations.list.queryOptions(
    {
      ...(filter.q ? { q: filter.q } : {}),
      ...(filter.channel ? { channel: filter.channel } : {}),
      ...(filter.status ? { status: filter.status } : {}),
      ...(filter.agentId ? { agent_id: filter.agentId } : {}),
      limit: PAGE_SIZE,
      offset: (filter.page - 1) * PAGE_SIZE,
    },
    { placeholderData: keepPreviousData, refetchInterval: 10_000 },
  ));
  const data = list.data;
  const clear = () => change({ q: undefined, channel: undefined, status: undefined, agent: undefined });
  return (
    <Page>
      <PageHeader title="Conversations" actions={<Button asChild><Link href="/playground"><AudioLines aria-hidden />New conversation</Link></Button>}>
        <p aria-live="polite">{data ? plural(data.total, 'conversation') : 'Every channel, newest first'}{data && isFiltered && ' found'}</p>
      </PageHeader>
      <FilterBar filter={filter} change={change} clear={isFiltered ? clear : undefined} />
      <Card aria-label="Conversations" className={cn('overflow-hidden transition-opacity', list.isPlaceholderData && 'opacity-60')}>
        {!data && (list.error ? <ErrorState title="The conversations cannot be read" message={list.error.message} onRetry={() => void list.refetch()} /> : <LoadingRows rows={8} label="Loading conversations" />)}
        {data && data.conversations.length === 0 && (isFiltered || filter.page > 1
          ? <EmptyState icon={SearchX} title="No conversation matches" action={<Button onClick={clear}>Clear the filters</Button>}>Try other words, or fewer filters.</EmptyState>
          : <EmptyState icon={MessagesSquare} title="No conversations yet" action={<Button asChild variant="primary"><Link href="/playground">Have the first one</Link></Button>}>Whatever is said in the playground, by a device or over the API is kept here, with its timings.</EmptyState>)}
        {data && data.conversations.length > 0 && (
          <ul className="divide-y divide-line">{data.conversations.map((conversation) => <li key={conversation.id}><ConversationRow conversation={conversation} /></li>)}</ul>
        )}
      </Card>
      {data && data.total > PAGE_SIZE && <Pager page={filter.page} total={data.total} onPage={(page) => change({ page: page > 1 ? String(page) : undefined })} />}
    </Page>
  );
}
