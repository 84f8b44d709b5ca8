'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import type { Agent } from '@/server/agents/contract';
import { useTRPC } from '../../../_lib/trpc';
import { useToasts } from '../../../_ui/toast';
import { copyOf } from './copy-of';

/** What can be done with an agent besides editing it; each says how it went. */
export function useAgentActions(agent: Agent) {
  const trpc = useTRPC();
  const router = useRouter();
  const toasts = useToasts();
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: trpc.agents.pathKey() });
  const onError = (error: { message: string }) => toasts.failed(error.message);

  const duplicate = useMutation(trpc.agents.create.mutationOptions({
    onError,
    onSuccess: async (copy) => {
      await refresh();
      toasts.done(`“${copy.name}” was made.`);
      router.push(`/agents/${copy.id}`);
    },
  }));
  const makeDefault = useMutation(trpc.agents.setDefault.mutationOptions({
    onError,
    onSuccess: async () => {
      await refresh();
      toasts.done(`“${agent.name}” now answers whoever names no agent.`);
    },
  }));
  const toggle = useMutation(trpc.agents.update.mutationOptions({
    onError,
    onSuccess: async (changed) => {
      await refresh();
      toasts.done(`“${agent.name}” is ${changed.is_active ? 'on' : 'off'}.`);
    },
  }));
  const remove = useMutation(trpc.agents.remove.mutationOptions({
    onSuccess: async () => {
      router.push('/agents');
      toasts.done(`“${agent.name}” was deleted.`);
      queryClient.removeQueries({ queryKey: trpc.agents.get.queryKey({ agent_id: agent.id }) });
      await queryClient.invalidateQueries({ queryKey: trpc.agents.list.queryKey() });
    },
  }));
  return {
    duplicate: () => duplicate.mutate(copyOf(agent)),
    makeDefault: () => makeDefault.mutate({ agent_id: agent.id }),
    toggle: () => toggle.mutate({ agent_id: agent.id, is_active: !agent.is_active }),
    remove,
  };
}
