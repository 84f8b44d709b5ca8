'use client';

import { useQuery } from '@tanstack/react-query';
import { Bot, Plus, SearchX } from 'lucide-react';
import { useMemo } from 'react';
import type { Agent } from '@/server/agents/contract';
import { plural } from '../../../_lib/format';
import { useTRPC } from '../../../_lib/trpc';
import { useUrlState } from '../../../_lib/use-url-state';
import { Badge } from '../../../_ui/badge';
import { Button } from '../../../_ui/button';
import { DataTable, type Column } from '../../../_ui/data-table';
import { FilterSelect } from '../../../_ui/filter-select';
import { ListToolbar } from '../../../_ui/list-toolbar';
import { Pager } from '../../../_ui/pager';
import { SearchField } from '../../../_ui/search-field';
import { EmptyState } from '../../../_ui/states';
import { When } from '../../../_ui/when';
import { Page, PageHeader } from '../../_components/page';
import { useMay } from '../../_shell/use-me';
import { AgentMenu } from './agent-menu';
import { NewAgentDialog } from './new-agent-dialog';

const PAGE_SIZE = 25;
const MOST_AGENTS = 1_000;
const FILTERS = ['q', 'tag', 'state', 'new'] as const;

const COLUMNS: readonly Column<Agent>[] = [
  {
    key: 'name', header: 'Name',
    cell: (agent) => (
      <span className="block min-w-0">
        <span className="flex flex-wrap items-center gap-2"><span className="font-medium break-words">{agent.name}</span>{agent.is_default && <Badge tone="accent">Default</Badge>}{!agent.is_active && <Badge>Off</Badge>}</span>
        {agent.description && <span className="block max-w-md truncate text-xs text-ink-3">{agent.description}</span>}
      </span>
    ),
  },
  { key: 'model', header: 'Model', className: '@2xl:w-60', cell: (agent) => <span className="break-all">{agent.llm_provider}/{agent.llm_model}{agent.model === null && <span className="text-ink-3"> (default)</span>}</span> },
  { key: 'voice', header: 'Voice', className: '@2xl:w-32', wideOnly: true, cell: (agent) => agent.voice ?? <span className="text-ink-3">Default</span> },
  { key: 'tags', header: 'Tags', className: '@2xl:w-44', wideOnly: true, cell: (agent) => <span className="inline-flex flex-wrap gap-1">{agent.tags.length === 0 ? <span className="text-ink-3">–</span> : agent.tags.map((tag) => <Badge key={tag}>{tag}</Badge>)}</span> },
  { key: 'updated', header: 'Changed', className: '@2xl:w-36', align: 'end', cell: (agent) => <When at={agent.updated_at} /> },
];

const contains = (agent: Agent, words: string): boolean =>
  words.toLowerCase().split(/\s+/).every((word) => [agent.name, agent.slug, agent.description, agent.llm_provider, agent.llm_model, ...agent.tags].some((text) => text.toLowerCase().includes(word)));

/** A workspace has some dozens of agents at most: they are read at once, and searched here while one types. */
export function AgentsView() {
  const trpc = useTRPC();
  const mayChange = useMay('admin');
  const { values, page, change, clear } = useUrlState(FILTERS);
  const query = useQuery(trpc.agents.list.queryOptions({ limit: MOST_AGENTS }, { refetchInterval: 30_000 }));
  const agents = query.data;
  const tags = useMemo(() => [...new Set(agents?.flatMap((agent) => agent.tags) ?? [])].sort((a, b) => a.localeCompare(b)), [agents]);
  const found = agents?.filter((agent) =>
    (!values.q || contains(agent, values.q)) && (!values.tag || agent.tags.includes(values.tag)) && (!values.state || (values.state === 'on') === agent.is_active));
  const isFiltered = Boolean(values.q || values.tag || values.state);
  const create = mayChange && <Button variant="primary" onClick={() => change({ new: '1' })}><Plus aria-hidden />New agent</Button>;
  return (
    <Page>
      <PageHeader title="Agents" actions={create}>
        <p aria-live="polite">{found ? `${plural(found.length, 'agent')}${isFiltered ? ' found' : ''}` : 'Who answers: model, prompt, voice and tools'}</p>
      </PageHeader>
      <ListToolbar onClear={isFiltered ? clear : undefined}>
        <SearchField label="Search agents" placeholder="Search names, models and tags" value={values.q ?? ''} onChange={(q) => change({ q })} />
        {tags.length > 0 && <FilterSelect label="Tag" any="Any tag" value={values.tag} options={tags.map((tag) => ({ value: tag, label: tag }))} onChange={(tag) => change({ tag })} />}
        <FilterSelect label="State" any="On and off" value={values.state} options={[{ value: 'on', label: 'On' }, { value: 'off', label: 'Off' }]} onChange={(state) => change({ state })} />
      </ListToolbar>
      <DataTable
        label="Agents"
        columns={COLUMNS}
        rows={found?.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE)}
        query={query}
        rowKey={(agent) => agent.id}
        rowHref={(agent) => `/agents/${agent.id}`}
        rowMenu={(agent) => <AgentMenu agent={agent} />}
        isMuted={(agent) => !agent.is_active}
        empty={isFiltered || page > 1
          ? <EmptyState icon={SearchX} title="No agent matches" action={<Button onClick={clear}>Clear the filters</Button>}>Try other words, or fewer filters.</EmptyState>
          : <EmptyState icon={Bot} title="No agents yet" action={create}>An agent has a model, a prompt, a voice and tools. It answers on every channel.</EmptyState>}
      />
      {found && <Pager page={page} pageSize={PAGE_SIZE} total={found.length} onPage={(next) => change({ page: next > 1 ? String(next) : undefined })} />}
      {mayChange && agents && <NewAgentDialog open={values.new === '1'} onOpenChange={(open) => { if (!open) change({ new: undefined }); }} agents={agents} />}
    </Page>
  );
}
