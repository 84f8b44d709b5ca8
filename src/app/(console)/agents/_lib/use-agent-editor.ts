'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Agent, AvailableProviders } from '@/server/agents/contract';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { useTRPC } from '../../../_lib/trpc';
import { useToasts } from '../../../_ui/toast';
import { changesOf, formOf, isSameForm, shownPaths, type AgentForm } from './agent-form';

/** The form beside what is stored. What the server refused stays at its field until that field is changed. */
export function useAgentEditor(agent: Agent, providers: AvailableProviders) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const stored = useMemo(() => formOf(agent), [agent]);
  const [form, setForm] = useState(stored);
  const [base, setBase] = useState(stored);
  const dirty = !isSameForm(form, base);

  // Somebody else saved meanwhile: what was not touched here follows, what was touched is not taken away.
  useEffect(() => {
    if (isSameForm(base, stored)) return;
    if (!dirty) setForm(stored);
    setBase(stored);
  }, [stored, base, dirty]);

  const save = useMutation(trpc.agents.update.mutationOptions({
    onSuccess: async (saved) => {
      queryClient.setQueryData(trpc.agents.get.queryKey({ agent_id: agent.id }), saved);
      setBase(formOf(saved));
      setForm(formOf(saved));
      toasts.done('Saved.');
      await queryClient.invalidateQueries({ queryKey: trpc.agents.list.queryKey() });
    },
  }));
  const { mutate, reset, isPending } = save;
  const change = useCallback((part: Partial<AgentForm>) => setForm((now) => ({ ...now, ...part })), []);
  const submit = useCallback(() => {
    if (dirty && !isPending) mutate(changesOf(agent, form, providers));
  }, [agent, form, providers, dirty, isPending, mutate]);
  const discard = useCallback(() => {
    setForm(base);
    reset();
  }, [base, reset]);
  return {
    form, stored: base, dirty, change, submit, discard,
    saving: isPending,
    errors: fieldErrors(save.error),
    problem: formError(save.error, shownPaths(form, providers)),
    refused: save.error !== null,
  };
}
