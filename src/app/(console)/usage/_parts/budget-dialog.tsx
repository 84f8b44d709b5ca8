'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Budget } from '@/server/budgets/contract';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { useTRPC } from '../../../_lib/trpc';
import { FormDialog } from '../../../_ui/dialog';
import { RadioCards } from '../../../_ui/choice';
import { Field, FieldGroup } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { Segmented } from '../../../_ui/segmented';
import { Select } from '../../../_ui/select';
import { useToasts } from '../../../_ui/toast';
import { consequenceWords, PERIODS } from '../_lib/budget-words';

const TERMS = ['period', 'limit_usd', 'warn_percent', 'stops'];
const PERIOD_OPTIONS = (['day', 'week', 'month'] as const).map((value) => ({ value, label: PERIODS[value].label }));
const SCOPE_OPTIONS = [{ value: 'workspace' as const, label: 'Whole workspace' }, { value: 'agent' as const, label: 'One agent' }, { value: 'api_key' as const, label: 'One API key' }];
const HIGHEST_WARNING = 100;

/** Absent for a new one. Whose it is does not change: its history would be another's. */
export function BudgetDialog({ budget, onClose }: { budget?: Budget; onClose: () => void }) {
  const trpc = useTRPC();
  const toasts = useToasts();
  const queryClient = useQueryClient();
  const [scope, setScope] = useState<Budget['scope']>(budget?.scope ?? 'workspace');
  const [agentId, setAgentId] = useState('');
  const [keyId, setKeyId] = useState('');
  const [period, setPeriod] = useState<Budget['period']>(budget?.period ?? 'month');
  const [limit, setLimit] = useState(budget ? String(budget.limit_usd) : '');
  const [warn, setWarn] = useState(String(budget?.warn_percent ?? 80));
  const [stops, setStops] = useState<'stop' | 'tell'>(budget?.stops === false ? 'tell' : 'stop');
  const agents = useQuery(trpc.agents.list.queryOptions({}, { enabled: !budget }));
  const keys = useQuery(trpc.keys.list.queryOptions({ limit: 200 }, { enabled: !budget }));
  const usableKeys = keys.data?.keys.filter((key) => key.revoked_at === null) ?? [];

  const onSuccess = async () => {
    toasts.done(budget ? 'Saved. It counts from now on.' : 'The budget was added. What was spent in its time already counts.');
    onClose();
    await queryClient.invalidateQueries({ queryKey: trpc.budgets.pathKey() });
  };
  const create = useMutation(trpc.budgets.create.mutationOptions({ onSuccess }));
  const update = useMutation(trpc.budgets.update.mutationOptions({ onSuccess }));
  const error = budget ? update.error : create.error;
  const errors = fieldErrors(error);

  const chosen = scope === 'agent' ? agents.data?.find(({ id }) => id === agentId)?.name : usableKeys.find(({ id }) => id === keyId)?.name;
  const name = budget?.label ?? chosen ?? (scope === 'agent' ? 'this agent' : 'that is chosen');
  const limitUsd = Number(limit);
  const warnPercent = Number(warn);
  const isSaid = limitUsd > 0 && warnPercent >= 1 && warnPercent <= HIGHEST_WARNING;
  const isChosen = budget !== undefined || scope === 'workspace' || (scope === 'agent' ? agentId : keyId) !== '';
  const submit = () => {
    const terms = { period, limit_usd: limitUsd, warn_percent: warnPercent, stops: stops === 'stop' };
    if (budget) update.mutate({ budget_id: budget.id, ...terms });
    else create.mutate({ scope, ...(scope === 'agent' ? { agent_id: agentId } : {}), ...(scope === 'api_key' ? { api_key_id: keyId } : {}), ...terms });
  };
  return (
    <FormDialog
      open onOpenChange={(open) => { if (!open) onClose(); }} title={budget ? 'Edit budget' : 'New budget'} description={budget && (budget.scope === 'workspace' ? 'Of the whole workspace.' : `Of ${budget.label}.`)}
      action={budget ? 'Save' : 'Add budget'} busy={create.isPending || update.isPending} disabled={!isChosen} problem={formError(error, [...TERMS, ...(budget ? [] : ['scope']), ...(!budget && scope === 'agent' ? ['agent_id'] : []), ...(!budget && scope === 'api_key' ? ['api_key_id'] : [])])} onSubmit={submit}
    >
      {!budget && (
        <FieldGroup legend="Of" error={errors.scope}>
          <Segmented label="Of" value={scope} options={SCOPE_OPTIONS} onChange={setScope} className="flex w-full *:flex-1" />
        </FieldGroup>
      )}
      {!budget && scope === 'agent' && (
        <Field label="Agent" error={errors.agent_id}>
          {(control) => <Select id={control.id} label="Agent" className="w-full" disabled={!agents.data} value={agentId} onChange={setAgentId} options={(agents.data ?? []).map(({ id, name: label }) => ({ value: id, label }))} />}
        </Field>
      )}
      {!budget && scope === 'api_key' && (
        <Field label="API key" error={errors.api_key_id} hint={keys.data && usableKeys.length === 0 ? 'There is no key that works. Make one under API keys first.' : undefined}>
          {(control) => <Select id={control.id} label="API key" className="w-full" disabled={usableKeys.length === 0} value={keyId} onChange={setKeyId} options={usableKeys.map(({ id, name: label, prefix }) => ({ value: id, label, hint: `${prefix}…` }))} />}
        </Field>
      )}
      <FieldGroup legend="Every" error={errors.period}>
        <Segmented label="Every" value={period} options={PERIOD_OPTIONS} onChange={setPeriod} className="flex w-full *:flex-1" />
      </FieldGroup>
      <div className="grid gap-5 sm:grid-cols-2">
        <Field label="Limit in US dollars" error={errors.limit_usd} required>
          {(control) => <Input {...control} type="number" inputMode="decimal" min="0.000001" step="any" placeholder="50" autoComplete="off" className="tabular" value={limit} onChange={(event) => setLimit(event.target.value)} />}
        </Field>
        <Field label="Warns at, percent of it" error={errors.warn_percent} required>
          {(control) => <Input {...control} type="number" inputMode="numeric" min={1} max={HIGHEST_WARNING} step={1} className="tabular" value={warn} onChange={(event) => setWarn(event.target.value)} />}
        </Field>
      </div>
      <FieldGroup legend="When it is spent" error={errors.stops}>
        <RadioCards
          label="When it is spent" value={stops} onChange={setStops} className="sm:grid-cols-2"
          options={[{ value: 'stop', label: 'Stop', hint: 'No new turn begins.' }, { value: 'tell', label: 'Only say so', hint: 'Everything goes on.' }]}
        />
      </FieldGroup>
      <div aria-live="polite" className="rounded-lg bg-sunken px-3.5 py-2.5 text-[0.8125rem] text-ink-2">
        {isSaid ? consequenceWords({ scope, name, period, limitUsd, warnPercent, stops: stops === 'stop' }).map((words) => <p key={words}>{words}</p>) : <p>Say a limit to see what will happen.</p>}
      </div>
    </FormDialog>
  );
}
