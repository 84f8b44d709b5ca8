'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { CallPolicy } from '@/server/telephony/contract';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { useTRPC } from '../../../_lib/trpc';
import { Card } from '../../../_ui/card';
import { Field } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { SettingsForm } from '../../../_ui/settings-card';
import { ErrorState, LoadingRows } from '../../../_ui/states';
import { TagInput } from '../../../_ui/tag-input';
import { useToasts } from '../../../_ui/toast';
import { atTheirList } from '../_lib/trunk-form';
import { TrunksFrame } from './trunks-frame';

export const PolicyView = () => <TrunksFrame><Policy /></TrunksFrame>;

function Policy() {
  const trpc = useTRPC();
  const policy = useQuery(trpc.telephony.policy.queryOptions());
  const queue = useQuery(trpc.calls.queue.queryOptions());
  if (!policy.data) return <Card>{policy.error ? <ErrorState title="The call policy cannot be read" message={policy.error.message} onRetry={() => void policy.refetch()} /> : <LoadingRows rows={3} label="Loading the call policy" />}</Card>;
  return (
    <div className="space-y-5">
      <LimitsForm policy={policy.data} installation={queue.data?.max_concurrent} />
      <NumbersForm policy={policy.data} />
    </div>
  );
}

function useSetPolicy(done: string) {
  const trpc = useTRPC();
  const toasts = useToasts();
  const queryClient = useQueryClient();
  return useMutation(trpc.telephony.setPolicy.mutationOptions({
    onSuccess: async (saved) => {
      queryClient.setQueryData(trpc.telephony.policy.queryKey(), saved);
      toasts.done(done);
      await queryClient.invalidateQueries({ queryKey: trpc.calls.queue.queryKey() });
    },
  }));
}

const text = (value: number | null): string => (value === null ? '' : String(value));
/** What is no number goes as it is: the server says at which field. */
const numberOrNull = (value: string): number | null => (value.trim() === '' ? null : Number(value.trim().replace(',', '.')));

function LimitsForm({ policy, installation }: { policy: CallPolicy; installation: number | undefined }) {
  const [atOnce, setAtOnce] = useState(text(policy.max_concurrent));
  const [perSecond, setPerSecond] = useState(text(policy.calls_per_second));
  const set = useSetPolicy('Saved. The line goes on with these limits.');
  const errors = fieldErrors(set.error);
  return (
    <SettingsForm
      title="Outgoing calls" description="What waits in line is dialled as these limits allow. A trunk may have limits of its own."
      busy={set.isPending} changed={atOnce.trim() !== text(policy.max_concurrent) || perSecond.trim() !== text(policy.calls_per_second)}
      problem={formError(set.error, ['max_concurrent', 'calls_per_second'])} onSubmit={() => set.mutate({ max_concurrent: numberOrNull(atOnce), calls_per_second: numberOrNull(perSecond) })}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Calls at once" aside="Optional" error={errors.max_concurrent} hint={`Never more than the installation places (CALL_QUEUE_MAX_CONCURRENT${installation === undefined ? '' : `, in effect ${installation}`}).`}>
          {(control) => <Input {...control} inputMode="numeric" autoComplete="off" value={atOnce} onChange={(event) => setAtOnce(event.target.value)} />}
        </Field>
        <Field label="New calls a second" aside="Optional" error={errors.calls_per_second} hint="Half a call a second is 0.5.">
          {(control) => <Input {...control} inputMode="decimal" autoComplete="off" value={perSecond} onChange={(event) => setPerSecond(event.target.value)} />}
        </Field>
      </div>
    </SettingsForm>
  );
}

const same = (a: readonly string[], b: readonly string[]): boolean => JSON.stringify(a) === JSON.stringify(b);

function NumbersForm({ policy }: { policy: CallPolicy }) {
  const [allowed, setAllowed] = useState(policy.allowed_prefixes);
  const [denied, setDenied] = useState(policy.denied_prefixes);
  const set = useSetPolicy('Saved.');
  const errors = atTheirList(fieldErrors(set.error));
  const shown = ['allowed_prefixes', 'denied_prefixes', ...allowed.map((_, index) => `allowed_prefixes[${index}]`), ...denied.map((_, index) => `denied_prefixes[${index}]`)];
  return (
    <SettingsForm
      title="Numbers" description="Which numbers may be called at all: expensive ones are the usual prey of a stolen key."
      busy={set.isPending} changed={!same(allowed, policy.allowed_prefixes) || !same(denied, policy.denied_prefixes)}
      problem={formError(set.error, shown)} onSubmit={() => set.mutate({ allowed_prefixes: allowed, denied_prefixes: denied })}
    >
      <Field label="Allowed beginnings" error={errors.allowed_prefixes} hint={allowed.length === 0 ? 'Empty: every number may be called.' : 'Only numbers that begin like this, and are written so, may be called.'}>
        {(control) => <TagInput {...control} maxLength={64} placeholder="+49, +43, 1" value={allowed} onChange={setAllowed} />}
      </Field>
      <Field label="Denied beginnings" error={errors.denied_prefixes} hint="May never be called, even if allowed above; however the number is written.">
        {(control) => <TagInput {...control} maxLength={64} placeholder="+1900, 0900" value={denied} onChange={setDenied} />}
      </Field>
    </SettingsForm>
  );
}
