'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowDown, ArrowUp, ListTree, Plus, Trash2 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { Agent } from '@/server/agents/contract';
import type { DispatchRules, Trunk } from '@/server/telephony/contract';
import { useTRPC } from '../../../_lib/trpc';
import { Button } from '../../../_ui/button';
import { Card, CardHeader } from '../../../_ui/card';
import { Field } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { SaveBar } from '../../../_ui/save-bar';
import { Select } from '../../../_ui/select';
import { EmptyState, ErrorState, LoadingRows } from '../../../_ui/states';
import { useToasts } from '../../../_ui/toast';
import { LeaveQuestion } from '../../_components/leave-question';
import { useSaveKey } from '../../_components/use-save-key';
import { useStoredForm } from '../../_components/use-stored-form';
import { useUnsavedGuard } from '../../_components/use-unsaved-guard';
import { isSameRules, moved, rulesFormOf, rulesInputOf, type RuleRow } from '../_lib/rules-form';
import { TrunksFrame } from './trunks-frame';

/** Menus have no empty value. */
const NONE = 'none';

export const RulesView = () => <TrunksFrame><Rules /></TrunksFrame>;

function Rules() {
  const trpc = useTRPC();
  const rules = useQuery(trpc.telephony.rules.queryOptions());
  const trunks = useQuery(trpc.telephony.trunks.queryOptions());
  const agents = useQuery(trpc.agents.list.queryOptions({}));
  const error = rules.error ?? trunks.error ?? agents.error;
  if (rules.data && trunks.data && agents.data) return <Editor stored={rules.data} trunks={trunks.data.trunks} agents={agents.data} />;
  return <Card>{error ? <ErrorState title="The rules cannot be read" message={error.message} onRetry={() => { void rules.refetch(); void trunks.refetch(); void agents.refetch(); }} /> : <LoadingRows rows={4} label="Loading dispatch rules" />}</Card>;
}

function Editor({ stored, trunks, agents }: { stored: DispatchRules; trunks: readonly Trunk[]; agents: readonly Agent[] }) {
  const trpc = useTRPC();
  const toasts = useToasts();
  const queryClient = useQueryClient();
  const added = useRef(0);
  const element = useRef<HTMLFormElement>(null);
  const { form, dirty, saving, refused, errors, problem, change, submit, discard } = useStoredForm({
    stored,
    formOf: rulesFormOf,
    isSame: isSameRules,
    inputOf: rulesInputOf,
    shownPaths: ({ rows }) => ['default_agent_id', ...rows.flatMap((_, index) => ['match', 'agent_id', 'agent', 'trunk'].map((name) => `rules[${index}].${name}`))],
    mutation: (onSuccess) => trpc.telephony.setRules.mutationOptions({ onSuccess }),
    onSaved: async (saved) => {
      queryClient.setQueryData(trpc.telephony.rules.queryKey(), saved);
      toasts.done('Saved. The next call is answered by these rules.');
      await queryClient.invalidateQueries({ queryKey: trpc.telephony.policy.queryKey() });
    },
  });
  const setRows = (rows: RuleRow[]) => change({ rows });
  const add = () => {
    added.current += 1;
    setRows([...form.rows, { key: `new-${added.current}`, match: '', trunkId: '', agentId: agents.find((agent) => agent.is_default)?.id ?? agents[0]?.id ?? '' }]);
  };
  const guard = useUnsavedGuard(dirty && !saving);
  useSaveKey(submit);
  const atFields = Object.keys(errors).join(' ');
  useEffect(() => {
    if (refused) element.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [refused, atFields]);
  return (
    <form ref={element} noValidate aria-label="Dispatch rules" className="space-y-5" onSubmit={(event) => { event.preventDefault(); submit(); }}>
      <Card aria-labelledby="rules-title" className="@container">
        <CardHeader id="rules-title" title="Who answers which number" action={form.rows.length > 0 && <Button size="sm" onClick={add}><Plus aria-hidden />Add a rule</Button>} />
        {form.rows.length === 0
          ? <EmptyState icon={ListTree} title="No rules yet" className="py-9" action={<Button onClick={add}><Plus aria-hidden />Add a rule</Button>}>Every call is answered by its trunk’s agent, or by the one below. With rules each number gets its own.</EmptyState>
          : (
            <ol className="divide-y divide-line">
              {form.rows.map((row, index) => (
                <li key={row.key}>
                  <Row
                    row={row} index={index} last={form.rows.length - 1} trunks={trunks} agents={agents} errors={errors}
                    onChange={(part) => setRows(form.rows.map((one) => (one.key === row.key ? { ...one, ...part } : one)))}
                    onMove={(by) => setRows(moved(form.rows, index, by))}
                    onRemove={() => setRows(form.rows.filter(({ key }) => key !== row.key))}
                  />
                </li>
              ))}
            </ol>
          )}
        {form.rows.length > 0 && <p className="border-t border-line px-4 py-3 text-[0.8125rem] text-ink-3 sm:px-5">Tried from top to bottom; the first that fits answers. A number, an extension such as 100, or a beginning that ends in *, such as +4930*.</p>}
      </Card>
      <Card aria-labelledby="otherwise-title">
        <CardHeader id="otherwise-title" title="Otherwise" />
        <div className="px-4 py-4 sm:px-5">
          <Field label="Agent for everything else" error={errors.default_agent_id} hint="Answers what no rule and no trunk decides." className="max-w-md">
            {(control) => (
              <Select
                id={control.id} aria-describedby={control['aria-describedby']} aria-invalid={control['aria-invalid']} label="Agent for everything else" className="w-full"
                value={form.defaultAgentId || NONE} onChange={(value) => change({ defaultAgentId: value === NONE ? '' : value })}
                options={[{ value: NONE, label: 'The default agent', hint: 'Whichever it is at the time.' }, ...agents.map(({ id, name }) => ({ value: id, label: name }))]}
              />
            )}
          </Field>
        </div>
      </Card>
      <SaveBar dirty={dirty} saving={saving} refused={refused} problem={problem} onDiscard={discard} />
      <LeaveQuestion guard={guard} onDiscard={discard}>The changes to the dispatch rules have not been saved.</LeaveQuestion>
    </form>
  );
}

interface RowProps {
  row: RuleRow;
  index: number;
  last: number;
  trunks: readonly Trunk[];
  agents: readonly Agent[];
  errors: Record<string, string>;
  onChange: (part: Partial<RuleRow>) => void;
  onMove: (by: -1 | 1) => void;
  onRemove: () => void;
}

function Row({ row, index, last, trunks, agents, errors, onChange, onMove, onRemove }: RowProps) {
  const number = index + 1;
  const problem = ['match', 'agent_id', 'agent', 'trunk'].map((name) => errors[`rules[${index}].${name}`]).find(Boolean);
  const at = (name: string) => (errors[`rules[${index}].${name}`] ? { 'aria-invalid': true as const } : {});
  const agent = agents.find(({ id }) => id === row.agentId);
  return (
    <div className="flex items-start gap-2 px-4 py-3 sm:gap-3 sm:px-5">
      <span aria-hidden className="tabular mt-2 w-5 shrink-0 text-right text-xs text-ink-3">{number}</span>
      <div className="min-w-0 flex-1">
        <div className="grid items-center gap-2 @2xl:grid-cols-[minmax(0,1fr)_auto_minmax(0,1fr)_auto_minmax(0,1fr)]">
          <Input aria-label={`Number of rule ${number}`} {...at('match')} className="font-mono text-[0.8125rem]" maxLength={100} autoComplete="off" spellCheck={false} placeholder="+4930*" value={row.match} onChange={(event) => onChange({ match: event.target.value })} />
          <span className="text-[0.8125rem] text-ink-3">by</span>
          <Select label={`Trunk of rule ${number}`} {...at('trunk')} className="w-full" value={row.trunkId || NONE} onChange={(value) => onChange({ trunkId: value === NONE ? '' : value })} options={[{ value: NONE, label: 'Any trunk' }, ...trunks.map(({ id, name }) => ({ value: id, label: name }))]} />
          <span className="text-[0.8125rem] text-ink-3">goes to</span>
          <Select label={`Agent of rule ${number}`} {...at('agent_id')} className="w-full" value={row.agentId} onChange={(agentId) => onChange({ agentId })} options={agents.map(({ id, name }) => ({ value: id, label: name }))} />
        </div>
        {problem && <p role="alert" className="mt-1.5 text-[0.8125rem] text-danger">{problem}</p>}
        {agent && !agent.is_active && <p className="mt-1.5 text-[0.8125rem] text-warn">{agent.name} is off: the rule is passed over.</p>}
      </div>
      <div className="flex shrink-0 max-sm:flex-col">
        <Button variant="ghost" size="icon-sm" aria-label={`Move rule ${number} up`} disabled={index === 0} onClick={() => onMove(-1)}><ArrowUp aria-hidden /></Button>
        <Button variant="ghost" size="icon-sm" aria-label={`Move rule ${number} down`} disabled={index === last} onClick={() => onMove(1)}><ArrowDown aria-hidden /></Button>
        <Button variant="ghost" size="icon-sm" aria-label={`Remove rule ${number}`} onClick={onRemove}><Trash2 aria-hidden /></Button>
      </div>
    </div>
  );
}
