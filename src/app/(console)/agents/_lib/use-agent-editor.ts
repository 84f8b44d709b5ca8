'use client';

import { useQueryClient } from '@tanstack/react-query';
import type { Agent, AvailableProviders } from '@/server/agents/contract';
import { useTRPC } from '../../../_lib/trpc';
import { useToasts } from '../../../_ui/toast';
import { useStoredForm } from '../../_components/use-stored-form';
import { changesOf, formOf, isSameForm, shownPaths } from './agent-form';

export function useAgentEditor(agent: Agent, providers: AvailableProviders) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  return useStoredForm({
    stored: agent,
    formOf,
    isSame: isSameForm,
    inputOf: (form) => changesOf(agent, form, providers),
    shownPaths: (form) => shownPaths(form, providers),
    mutation: (onSuccess) => trpc.agents.update.mutationOptions({ onSuccess }),
    onSaved: async (saved) => {
      queryClient.setQueryData(trpc.agents.get.queryKey({ agent_id: agent.id }), saved);
      toasts.done('Saved.');
      await queryClient.invalidateQueries({ queryKey: trpc.agents.list.queryKey() });
    },
  });
}
