'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import type { Agent } from '@/server/agents/contract';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { useTRPC } from '../../../_lib/trpc';
import { FormDialog } from '../../../_ui/dialog';
import { Field } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { Select } from '../../../_ui/select';
import { copyOf } from '../_lib/copy-of';

const BLANK = 'blank';
const FIELDS = ['name', 'description'];

/** A name is enough; everything else is set on the agent's own page, with somebody to talk to beside it. */
export function NewAgentDialog({ open, onOpenChange, agents }: { open: boolean; onOpenChange: (open: boolean) => void; agents: readonly Agent[] }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [from, setFrom] = useState(BLANK);
  const create = useMutation(trpc.agents.create.mutationOptions({
    onSuccess: async (agent) => {
      await queryClient.invalidateQueries({ queryKey: trpc.agents.pathKey() });
      router.push(`/agents/${agent.id}`);
    },
  }));
  const errors = fieldErrors(create.error);
  const change = (next: boolean) => {
    if (!next) { create.reset(); setFrom(BLANK); }
    onOpenChange(next);
  };
  const submit = (form: FormData) => {
    const source = agents.find((agent) => agent.id === from);
    const description = String(form.get('description'));
    create.mutate({ ...(source ? copyOf(source) : {}), name: String(form.get('name')), ...(description || !source ? { description } : {}) });
  };
  return (
    <FormDialog open={open} onOpenChange={change} title="New agent" description="It can be changed and tried at once on the next page." action="Create agent" busy={create.isPending} problem={formError(create.error, FIELDS)} onSubmit={submit}>
      <Field label="Name" error={errors.name} required>{(control) => <Input {...control} name="name" maxLength={255} autoFocus autoComplete="off" placeholder="Reception" />}</Field>
      <Field label="Description" aside="Optional" error={errors.description} hint="For the people who choose it.">{(control) => <Input {...control} name="description" maxLength={2000} autoComplete="off" />}</Field>
      <Field label="Start from">
        {() => <Select label="Start from" className="w-full" value={from} onChange={setFrom} options={[{ value: BLANK, label: 'The defaults' }, ...agents.slice(0, 50).map((agent) => ({ value: agent.id, label: `A copy of ${agent.name}` }))]} />}
      </Field>
    </FormDialog>
  );
}
