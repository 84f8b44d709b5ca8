'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { AudioLines, MessagesSquare, SearchX } from 'lucide-react';
import Link from 'next/link';
import { cn } from '../../../_lib/cn';
import { plural } from '../../../_lib/format';
import { useTRPC } from '../../../_lib/trpc';
import { useStandingError } from '../../../_lib/use-standing-error';
import { Button } from '../../../_ui/button';
import { Card } from '../../../_ui/card';
import { Pager } from '../../../_ui/pager';
import { EmptyState, ErrorState, LoadingRows } from '../../../_ui/states';
import { ConversationRow } from '../../_components/conversation-row';
import { Page, PageHeader } from '../../_components/page';
import { useMay } from '../../_shell/use-me';
import { FilterBar } from './filter-bar';
import { PAGE_SIZE, useConversationFilter } from './use-conversation-filter';

export function ConversationsView() {
  const trpc = useTRPC();
  const mayTalk = useMay('operator');
  const { filter, input, page, change, clear, isFiltered } = useConversationFilter();
  const list = useQuery(trpc.conversations.list.queryOptions(input, { placeholderData: keepPreviousData, refetchInterval: 10_000 }));
  const problem = useStandingError(list);
  const data = list.data;
  return (
    <Page>
      <PageHeader title="Conversations" actions={mayTalk && <Button asChild><Link href="/playground"><AudioLines aria-hidden />New conversation</Link></Button>}>
        <p aria-live="polite">{data ? plural(data.total, 'conversation') : 'Every channel, newest first'}{data && isFiltered && ' found'}</p>
      </PageHeader>
      <FilterBar filter={filter} change={change} onClear={isFiltered ? clear : undefined} />
      <Card aria-label="Conversations" aria-busy={list.isPlaceholderData} className={cn('overflow-hidden transition-opacity', list.isPlaceholderData && 'opacity-60')}>
        {!data && (problem ? <ErrorState title="The conversations cannot be read" message={problem.message} onRetry={() => void list.refetch()} /> : <LoadingRows rows={8} label="Loading conversations" />)}
        {data && data.conversations.length === 0 && (isFiltered || page > 1
          ? <EmptyState icon={SearchX} title="No conversation matches" action={<Button onClick={clear}>Clear the filters</Button>}>Try fewer or shorter words, or a longer time. “Quoted words” are looked for side by side.</EmptyState>
          : <EmptyState icon={MessagesSquare} title="No conversations yet" action={mayTalk && <Button asChild variant="primary"><Link href="/playground">Have the first one</Link></Button>}>Whatever is said in the playground, by a device or over the API is kept here, with its timings.</EmptyState>)}
        {data && data.conversations.length > 0 && (
          <ul className="divide-y divide-line">{data.conversations.map((conversation) => <li key={conversation.id}><ConversationRow conversation={conversation} snippet={conversation.snippet} /></li>)}</ul>
        )}
      </Card>
      {data && <Pager page={page} pageSize={PAGE_SIZE} total={data.total} onPage={(next) => change({ page: next > 1 ? String(next) : undefined })} />}
    </Page>
  );
}
