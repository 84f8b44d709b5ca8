'use client';

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { PhoneOff, SearchX } from 'lucide-react';
import type { ReactNode } from 'react';
import { z } from 'zod';
import { callDirection, callState, type CallSummary } from '@/server/calls/contract';
import { formatClock } from '../../../_lib/format';
import { useTRPC } from '../../../_lib/trpc';
import { useUrlState } from '../../../_lib/use-url-state';
import { Button } from '../../../_ui/button';
import { DataTable, type Column } from '../../../_ui/data-table';
import { FilterSelect } from '../../../_ui/filter-select';
import { ListToolbar } from '../../../_ui/list-toolbar';
import { Pager } from '../../../_ui/pager';
import { SearchField } from '../../../_ui/search-field';
import { EmptyState } from '../../../_ui/states';
import { When } from '../../../_ui/when';
import { callHref, endReasonWords, otherParty, shortNumber, STATE_WORDS } from '../_lib/call-words';
import { CallStateBadge } from './call-state-badge';
import { DirectionIcon } from './direction-icon';

const PAGE_SIZE = 25;
const EVERY_MS = 3_000;
const FILTERS = ['q', 'direction', 'status', 'agent', 'trunk', 'new', 'to'] as const;
const ENDED = callState.options.filter((state) => !STATE_WORDS[state].live);

const SECOND_LINE = '@max-2xl:text-xs @max-2xl:text-ink-3';

/** On a telephone's screen two lines: who and how it went, then agent, time talked and when. */
const COLUMNS: Column<CallSummary>[] = [
  {
    key: 'who', header: 'Call', cell: (call) => {
      const name = otherParty(call);
      const number = shortNumber(call.extension);
      return (
        <span className="flex min-w-0 items-center gap-3">
          <DirectionIcon direction={call.direction} className="@max-2xl:size-7" />
          <span className="min-w-0">
            <span className="block truncate font-medium">{name}</span>
            <span className="block truncate text-xs text-ink-3 @max-2xl:hidden">{name === number ? call.call_id : number}</span>
          </span>
        </span>
      );
    },
  },
  {
    key: 'result', header: 'Result', className: '@2xl:w-56 @max-2xl:col-span-2 @max-2xl:justify-self-end', cell: (call) => (
      <>
        <CallStateBadge state={call.state} />
        {call.end_reason && call.state !== 'completed' && <span className="block max-w-56 truncate pt-0.5 text-xs text-ink-3 @max-2xl:hidden" title={call.error ?? undefined}>{endReasonWords(call.end_reason)}</span>}
      </>
    ),
  },
  { key: 'agent', header: 'Agent', className: `@2xl:w-36 @max-2xl:truncate @max-2xl:pl-10 ${SECOND_LINE}`, wideOnly: true, cell: (call) => call.agent?.name ?? <span className="text-ink-3">Default</span> },
  { key: 'trunk', header: 'Trunk', className: '@2xl:w-36 @max-2xl:hidden', wideOnly: true, cell: (call) => call.trunk?.name ?? <span className="text-ink-3">–</span> },
  { key: 'length', header: 'Talked', className: `@2xl:w-20 ${SECOND_LINE}`, align: 'end', cell: (call) => (call.duration_seconds ? <span className="tabular">{formatClock(call.duration_seconds)}</span> : <span className="text-ink-3 @max-2xl:hidden">–</span>) },
  { key: 'when', header: 'When', className: `@2xl:w-32 ${SECOND_LINE}`, align: 'end', cell: (call) => <When at={call.started_at ?? call.queued_at} /> },
];

/** Calls that are over, newest first; new ones come in by themselves. */
export function CallsHistory({ whenEmpty }: { whenEmpty: ReactNode }) {
  const trpc = useTRPC();
  const { values, page, change } = useUrlState(FILTERS);
  const filter = {
    q: values.q,
    direction: callDirection.safeParse(values.direction).data,
    state: ENDED.find((state) => state === values.status),
    agentId: z.uuid().safeParse(values.agent).data,
    trunkId: z.uuid().safeParse(values.trunk).data,
  };
  const isFiltered = Object.values(filter).some(Boolean);
  const clear = () => change({ q: undefined, direction: undefined, status: undefined, agent: undefined, trunk: undefined });
  const list = useQuery(trpc.calls.list.queryOptions({
    state: filter.state ?? 'ended',
    ...(filter.q ? { q: filter.q } : {}),
    ...(filter.direction ? { direction: filter.direction } : {}),
    ...(filter.agentId ? { agent_id: filter.agentId } : {}),
    ...(filter.trunkId ? { trunk_id: filter.trunkId } : {}),
    limit: PAGE_SIZE,
    offset: (page - 1) * PAGE_SIZE,
  }, { placeholderData: keepPreviousData, refetchInterval: EVERY_MS }));
  const agents = useQuery(trpc.agents.list.queryOptions({}));
  const trunks = useQuery(trpc.telephony.trunks.queryOptions());
  const one = 'min-w-32 flex-1 sm:w-36 sm:flex-none';
  return (
    <>
      {(isFiltered || (list.data?.total ?? 0) > 0) && (
        <ListToolbar onClear={isFiltered ? clear : undefined}>
          <SearchField label="Search calls" placeholder="Search numbers, names and call ids" className="lg:min-w-72" value={values.q ?? ''} onChange={(q) => change({ q })} />
          <FilterSelect label="Direction" any="In and out" value={filter.direction} options={[{ value: 'inbound', label: 'Incoming' }, { value: 'outbound', label: 'Outgoing' }]} onChange={(direction) => change({ direction })} className={one} />
          <FilterSelect label="Result" any="Any result" value={filter.state} options={ENDED.map((state) => ({ value: state, label: STATE_WORDS[state].label }))} onChange={(status) => change({ status })} className={one} />
          {agents.data && agents.data.length > 1 && <FilterSelect label="Agent" any="Any agent" value={filter.agentId} options={agents.data.map(({ id, name }) => ({ value: id, label: name }))} onChange={(agent) => change({ agent })} className={one} />}
          {trunks.data && trunks.data.trunks.length > 1 && <FilterSelect label="Trunk" any="Any trunk" value={filter.trunkId} options={trunks.data.trunks.map(({ id, name }) => ({ value: id, label: name }))} onChange={(trunk) => change({ trunk })} className={one} />}
        </ListToolbar>
      )}
      <DataTable
        label="Calls"
        columns={COLUMNS}
        rows={list.data?.calls}
        query={list}
        rowKey={(call) => call.id}
        rowHref={callHref}
        compactCards
        empty={isFiltered || page > 1
          ? <EmptyState icon={SearchX} title="No call matches" action={<Button onClick={() => { clear(); }}>Clear the filters</Button>}>Try a part of the number, or fewer filters.</EmptyState>
          : <EmptyState icon={PhoneOff} title="No calls yet" className="py-9">{whenEmpty}</EmptyState>}
      />
      {list.data && <Pager page={page} pageSize={PAGE_SIZE} total={list.data.total} onPage={(next) => change({ page: next > 1 ? String(next) : undefined })} />}
    </>
  );
}
