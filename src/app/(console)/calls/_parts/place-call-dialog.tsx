'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { useTRPC } from '../../../_lib/trpc';
import { Switch } from '../../../_ui/choice';
import { FormDialog } from '../../../_ui/dialog';
import { Field } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { Select } from '../../../_ui/select';
import { Textarea } from '../../../_ui/textarea';
import { callRequestOf, emptyCallForm, shownCallPaths, type PlaceCallForm } from '../_lib/place-call-form';
import { ChoiceBuilder } from './choice-builder';

/** The menu has no empty value. */
const DEFAULT = 'default';

/** Whom to call and what to say; then it leads to the call. */
export function PlaceCallDialog({ to, onClose }: { to: string; onClose: () => void }) {
  const trpc = useTRPC();
  const router = useRouter();
  const queryClient = useQueryClient();
  const [form, setForm] = useState<PlaceCallForm>(() => emptyCallForm(to));
  const change = (part: Partial<PlaceCallForm>) => setForm((now) => ({ ...now, ...part }));
  const agents = useQuery(trpc.agents.list.queryOptions({}));
  const trunks = useQuery(trpc.telephony.trunks.queryOptions());
  const place = useMutation(trpc.calls.place.mutationOptions({
    onSuccess: async ({ id }) => {
      router.push(`/calls/${id}`);
      await queryClient.invalidateQueries({ queryKey: trpc.calls.pathKey() });
    },
  }));
  const errors = fieldErrors(place.error);
  const usable = trunks.data?.trunks.filter((trunk) => trunk.is_active) ?? [];
  const defaultTrunk = usable.find((trunk) => trunk.is_default) ?? (usable.length === 1 ? usable[0] : undefined);
  return (
    <FormDialog
      open onOpenChange={(open) => { if (!open) onClose(); }} size="lg" title="Place a call" action="Call"
      description="It waits in line if others are being called, and starts by itself."
      busy={place.isPending || place.isSuccess} problem={formError(place.error, shownCallPaths(form))}
      onSubmit={() => place.mutate(callRequestOf(form))}
    >
      <Field label="Number" error={errors.extension} hint="A number, an extension of your PBX, or a SIP address." required>
        {(control) => <Input {...control} autoFocus={to === ''} inputMode="tel" maxLength={320} autoComplete="off" placeholder="+49 30 1234567" value={form.extension} onChange={(event) => change({ extension: event.target.value })} />}
      </Field>
      <Field label="Message" error={errors.message} hint="Spoken as soon as somebody answers." required>
        {(control) => <Textarea {...control} autoFocus={to !== ''} maxLength={4000} placeholder="Hello! Your appointment is tomorrow at 2 pm." value={form.message} onChange={(event) => change({ message: event.target.value })} />}
      </Field>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label="Agent" error={errors.agent_id} hint="Whose voice it is.">
          {(control) => (
            <Select
              id={control.id} aria-describedby={control['aria-describedby']} aria-invalid={control['aria-invalid']} label="Agent" className="w-full"
              value={form.agentId || DEFAULT} onChange={(value) => change({ agentId: value === DEFAULT ? '' : value })}
              options={[{ value: DEFAULT, label: 'The default agent' }, ...(agents.data ?? []).filter(({ is_active }) => is_active).map(({ id, name }) => ({ value: id, label: name }))]}
            />
          )}
        </Field>
        <Field label="Trunk" error={errors.trunk} hint="Which line it goes out over.">
          {(control) => (
            <Select
              id={control.id} aria-describedby={control['aria-describedby']} aria-invalid={control['aria-invalid']} label="Trunk" className="w-full"
              value={form.trunkId || DEFAULT} onChange={(value) => change({ trunkId: value === DEFAULT ? '' : value })}
              options={[{ value: DEFAULT, label: 'The default trunk', ...(defaultTrunk ? { hint: defaultTrunk.name } : {}) }, ...usable.map(({ id, name, host }) => ({ value: id, label: name, hint: host }))]}
            />
          )}
        </Field>
      </div>
      <SwitchLine label="Go on talking" hint="After the message the agent stays on the line and answers, instead of hanging up." checked={form.converse} onChange={(converse) => change({ converse })} />
      <div className="space-y-4">
        <SwitchLine label="Ask a question" hint="After the message: answered in words or by a key, and recorded with the call." checked={form.asks} onChange={(asks) => change({ asks })} />
        {form.asks && <ChoiceBuilder form={form} errors={errors} onChange={change} />}
      </div>
      <div className="grid gap-5 sm:grid-cols-[9rem_minmax(0,1fr)]">
        <Field label="Rings for" error={errors.ring_timeout} hint="Seconds, 5 to 120.">
          {(control) => <Input {...control} inputMode="numeric" autoComplete="off" value={form.ringTimeout} onChange={(event) => change({ ringTimeout: event.target.value })} />}
        </Field>
        <Field label="Callback address" aside="Optional" error={errors.callback_url} hint="Told the result, signed, once the call is over.">
          {(control) => <Input {...control} type="url" maxLength={2048} autoComplete="off" placeholder="https://example.com/calls" value={form.callbackUrl} onChange={(event) => change({ callbackUrl: event.target.value })} />}
        </Field>
      </div>
    </FormDialog>
  );
}

const SwitchLine = ({ label, hint, checked, onChange }: { label: string; hint: string; checked: boolean; onChange: (checked: boolean) => void }) => (
  <div className="flex items-start justify-between gap-4">
    <div><p className="font-medium">{label}</p><p className="mt-0.5 text-[0.8125rem] text-ink-3">{hint}</p></div>
    <Switch label={label} checked={checked} onChange={onChange} />
  </div>
);
