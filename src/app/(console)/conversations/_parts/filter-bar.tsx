'use client';

import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useTRPC } from '../../../_lib/trpc';
import { DateRangeFilter } from '../../../_ui/date-range';
import { FilterSelect } from '../../../_ui/filter-select';
import { ListToolbar } from '../../../_ui/list-toolbar';
import { SearchField } from '../../../_ui/search-field';
import { CHANNELS } from '../../_components/channel';
import type { ConversationFilter } from './use-conversation-filter';

export function FilterBar({ filter, change, onClear }: { filter: ConversationFilter['filter']; change: ConversationFilter['change']; onClear: (() => void) | undefined }) {
  const trpc = useTRPC();
  const agents = useQuery(trpc.agents.list.queryOptions({}));
  const search = useCallback((q: string | undefined) => change({ q }), [change]);
  return (
    <ListToolbar onClear={onClear}>
      <SearchField label="Search conversations" placeholder="Search what was said, titles and callers" className="lg:min-w-72" value={filter.q} onChange={search} />
      <FilterSelect label="Channel" any="Any channel" value={filter.channel} options={Object.entries(CHANNELS).map(([value, { label }]) => ({ value, label }))} onChange={(channel) => change({ channel })} className="min-w-32 flex-1 sm:w-36 sm:flex-none" />
      <FilterSelect label="Status" any="Any status" value={filter.status} options={[{ value: 'active', label: 'Live' }, { value: 'ended', label: 'Ended' }]} onChange={(status) => change({ status })} className="min-w-32 flex-1 sm:w-32 sm:flex-none" />
      {agents.data && agents.data.length > 1 && (
        <FilterSelect label="Agent" any="Any agent" value={filter.agentId} options={agents.data.map(({ id, name }) => ({ value: id, label: name }))} onChange={(agent) => change({ agent })} className="min-w-32 flex-1 sm:w-36 sm:flex-none" />
      )}
      <DateRangeFilter value={{ from: filter.from, to: filter.to }} onChange={({ from, to }) => change({ from, to })} className="min-w-32 flex-1 sm:flex-none" />
    </ListToolbar>
  );
}
