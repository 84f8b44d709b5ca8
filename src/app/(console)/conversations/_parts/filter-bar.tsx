'use client';

import { useQuery } from '@tanstack/react-query';
import { Search, X } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import { useTRPC } from '../../../_lib/trpc';
import { Button } from '../../../_ui/button';
import { Input } from '../../../_ui/input';
import { Select } from '../../../_ui/select';
import { CHANNELS } from '../../_components/channel';
import type { useFilter } from './use-filter';

/** Radix' Select has no empty value. */
const ANY = 'any';
const TYPING_PAUSE_MS = 250;

interface FilterBarProps extends Pick<ReturnType<typeof useFilter>, 'filter' | 'change'> {
  clear: (() => void) | undefined;
}

export function FilterBar({ filter, change, clear }: FilterBarProps) {
  const trpc = useTRPC();
  const agents = useQuery(trpc.agents.list.queryOptions({}));
  const search = useCallback((q: string | undefined) => change({ q }), [change]);
  return (
    <search className="mb-4 flex flex-wrap gap-2">
      <SearchField value={filter.q} onChange={search} />
      <Select
        label="Channel"
        className="grow sm:w-40 sm:grow-0"
        value={filter.channel ?? ANY}
        onChange={(value) => change({ channel: value === ANY ? undefined : value })}
        options={[{ value: ANY, label: 'Any channel' }, ...Object.entries(CHANNELS).map(([value, { label }]) => ({ value, label }))]}
      />
      <Select
        label="Status"
        className="grow sm:w-36 sm:grow-0"
        value={filter.status ?? ANY}
        onChange={(value) => change({ status: value === ANY ? undefined : value })}
        options={[{ value: ANY, label: 'Any status' }, { value: 'active', label: 'Live' }, { value: 'ended', label: 'Ended' }]}
      />
      {agents.data && agents.data.length > 1 && (
        <Select
          label="Agent"
          className="grow sm:w-44 sm:grow-0"
          value={filter.agentId ?? ANY}
          onChange={(value) => change({ agent: value === ANY ? undefined : value })}
          options={[{ value: ANY, label: 'Any agent' }, ...agents.data.map(({ id, name }) => ({ value: id, label: name }))]}
        />
      )}
      {clear && <Button variant="ghost" onClick={clear}><X aria-hidden />Clear</Button>}
    </search>
  );
}

function SearchField({ value, onChange }: { value: string; onChange: (value: string | undefined) => void }) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]); // Back, or "Clear"
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => onChange(typed.trim() || undefined), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, value, onChange]);
  return (
    <div className="relative min-w-full flex-1 sm:min-w-64">
      <Search aria-hidden className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-3" />
      <Input type="search" aria-label="Search conversations" placeholder="Search titles, callers and what was said" maxLength={200} className="pl-9" value={typed} onChange={(event) => setTyped(event.target.value)} />
    </div>
  );
}
