'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ScrollText, SearchX } from 'lucide-react';
import { cn } from '../../../_lib/cn';
import { plural } from '../../../_lib/format';
import { hasRole } from '../../../_lib/roles';
import { useTRPC } from '../../../_lib/trpc';
import { useStandingError } from '../../../_lib/use-standing-error';
import { useUrlState } from '../../../_lib/use-url-state';
import { Button } from '../../../_ui/button';
import { Card } from '../../../_ui/card';
import { DateRangeFilter, rangeBounds } from '../../../_ui/date-range';
import { FilterSelect } from '../../../_ui/filter-select';
import { ListToolbar } from '../../../_ui/list-toolbar';
import { NeedsRole } from '../../../_ui/needs-role';
import { Pager } from '../../../_ui/pager';
import { SearchField } from '../../../_ui/search-field';
import { EmptyState, ErrorState, LoadingRows } from '../../../_ui/states';
import { Page, PageHeader } from '../../_components/page';
import { useMe } from '../../_shell/use-me';
import { EventRow } from './event-row';
import { SUBJECT_FILTERS } from './event-words';

const PAGE_SIZE = 25;

export function AuditView() {
  const me = useMe();
  return <Page>{hasRole(me.role, 'admin') ? <Audit /> : <><PageHeader title="Audit log" /><NeedsRole role="admin" mine={me.role} what="The audit log" /></>}</Page>;
}

function Audit() {
  const trpc = useTRPC();
  const { values, page, change, clear, isFiltered } = useUrlState(['q', 'action', 'from', 'to']);
  const list = useQuery(trpc.audit.list.queryOptions(
    { ...(values.q ? { q: values.q } : {}), ...(values.action ? { action: values.action } : {}), ...rangeBounds(values), limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE },
    { placeholderData: keepPreviousData, refetchInterval: 15_000 },
  ));
  const problem = useStandingError(list);
  const data = list.data;
  return (
    <>
      <PageHeader title="Audit log">
        <p aria-live="polite">{data ? `${plural(data.total, 'change')}${isFiltered ? ' found' : ', newest first'}` : 'Who changed what, and when'}</p>
      </PageHeader>
      <ListToolbar onClear={isFiltered ? clear : undefined}>
        <SearchField label="Search the audit log" placeholder="Search people, names and details" value={values.q ?? ''} onChange={(q) => change({ q })} />
        <FilterSelect label="What" any="Everything" value={values.action} options={[...SUBJECT_FILTERS]} onChange={(action) => change({ action })} />
        <DateRangeFilter value={values} onChange={({ from, to }) => change({ from, to })} />
      </ListToolbar>
      <Card aria-label="Changes" className={cn('overflow-hidden transition-opacity', list.isPlaceholderData && 'opacity-60')}>
        {!data && (problem ? <ErrorState title="The audit log cannot be read" message={problem.message} onRetry={() => void list.refetch()} /> : <LoadingRows rows={8} label="Loading the audit log" />)}
        {data && data.events.length === 0 && (isFiltered
          ? <EmptyState icon={SearchX} title="No change matches" action={<Button onClick={clear}>Clear the filters</Button>}>Try other words, or a longer time.</EmptyState>
          : <EmptyState icon={ScrollText} title="Nothing has been changed yet">Whoever sets up an agent, a key, a device or a member is written down here.</EmptyState>)}
        {data && data.events.length > 0 && <ul className="divide-y divide-line">{data.events.map((event) => <EventRow key={event.id} event={event} />)}</ul>}
      </Card>
      {data && <Pager page={page} pageSize={PAGE_SIZE} total={data.total} onPage={(next) => change({ page: next > 1 ? String(next) : undefined })} />}
    </>
  );
}
