'use client';

import { useQuery } from '@tanstack/react-query';
import { Bot } from 'lucide-react';
import { useTRPC } from '../../_lib/trpc';
import { Select } from '../../_ui/select';
import { Skeleton } from '../../_ui/states';

/** Who is talked to; the default agent unless one is named. */
export function AgentPicker({ agentId, onChange, disabled = false }: { agentId: string | null; onChange: (agentId: string) => void; disabled?: boolean }) {
  const trpc = useTRPC();
  const agents = useQuery(trpc.agents.list.queryOptions({}));
  if (agents.error) return <span className="text-[0.8125rem] text-danger">Agents cannot be read</span>;
  if (!agents.data) return <Skeleton className="h-9 w-36 rounded-lg" />;
  const usable = agents.data.filter((agent) => agent.is_active || agent.id === agentId);
  const chosen = usable.find((agent) => agent.id === agentId) ?? usable.find((agent) => agent.is_default) ?? usable[0];
  if (!chosen) return null;
  return (
    <Select
      label="Agent"
      icon={<Bot aria-hidden />}
      className="max-w-48 max-sm:max-w-36"
      value={chosen.id}
      disabled={disabled}
      onChange={onChange}
      options={usable.map((agent) => ({ value: agent.id, label: agent.name, hint: `${agent.llm_provider}/${agent.llm_model}` }))}
    />
  );
}
