'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Price } from '@/server/prices/contract';
import type { UnpricedModel } from '@/server/usage/contract';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { useTRPC } from '../../../_lib/trpc';
import { Checkbox } from '../../../_ui/choice';
import { FormDialog } from '../../../_ui/dialog';
import { Field } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { Select } from '../../../_ui/select';
import { useToasts } from '../../../_ui/toast';
import { LEG_NAMES, LEGS, type Leg } from '../_lib/leg-words';
import { figuresOf, pricePartsOf, typedOf, type TypedPrices } from '../_lib/price-words';

interface PriceDialogProps {
  /** One that is changed. */
  price?: Price;
  /** What a new one is for, where that is known. */
  model?: UnpricedModel | undefined;
  onClose: () => void;
}

const EVERY_MODEL = '*';

/** What a unit costs, in the terms of its kind. */
export function PriceDialog({ price, model, onClose }: PriceDialogProps) {
  const trpc = useTRPC();
  const toasts = useToasts();
  const queryClient = useQueryClient();
  const known = price ?? model;
  const [leg, setLeg] = useState<Leg>(known?.leg ?? 'llm');
  const [provider, setProvider] = useState(known?.provider ?? '');
  const [modelName, setModelName] = useState(known?.model === EVERY_MODEL ? '' : (known?.model ?? ''));
  const [everyModel, setEveryModel] = useState(known?.model === EVERY_MODEL);
  const [typed, setTyped] = useState<TypedPrices>(price ? typedOf(price) : {});
  const onSuccess = async () => {
    toasts.done('Saved. What is used from now on has this price.');
    onClose();
    await Promise.all([trpc.prices, trpc.usage, trpc.budgets].map((part) => queryClient.invalidateQueries({ queryKey: part.pathKey() })));
  };
  const create = useMutation(trpc.prices.create.mutationOptions({ onSuccess }));
  const update = useMutation(trpc.prices.update.mutationOptions({ onSuccess }));
  const error = price ? update.error : create.error;
  const errors = fieldErrors(error);
  const parts = pricePartsOf(leg);
  const submit = () => {
    if (price) update.mutate({ price_id: price.id, ...figuresOf(leg, typed) });
    else create.mutate({ leg, provider, model: everyModel ? EVERY_MODEL : modelName, ...figuresOf(leg, typed) });
  };
  return (
    <FormDialog
      open onOpenChange={(open) => { if (!open) onClose(); }}
      title={price ? 'Edit price' : known ? 'Set a price' : 'New price'}
      description={known ? <><span className="font-medium text-ink break-words">{known.model === EVERY_MODEL ? `Every model of ${known.provider}` : `${known.provider}/${known.model}`}</span> · {LEGS[known.leg].label}</> : 'What you pay for it; it goes before the table that Parley brings along.'}
      action={price ? 'Save' : 'Set price'} busy={create.isPending || update.isPending}
      problem={formError(error, [...(known ? [] : ['leg', 'provider', 'model']), ...parts.map(({ name }) => name)])} onSubmit={submit}
    >
      {!known && (
        <>
          <Field label="Kind" error={errors.leg} hint={LEGS[leg].hint}>
            {(control) => <Select id={control.id} aria-describedby={control['aria-describedby']} label="Kind" className="w-full" value={leg} onChange={setLeg} options={LEG_NAMES.map((value) => ({ value, label: LEGS[value].label }))} />}
          </Field>
          <div className="grid gap-5 sm:grid-cols-2">
            <Field label="Provider" error={errors.provider} hint="As Usage names it." required>{(control) => <Input {...control} maxLength={100} autoComplete="off" spellCheck={false} placeholder="openai" value={provider} onChange={(event) => setProvider(event.target.value)} />}</Field>
            <Field label="Model" error={errors.model} hint={leg === 'telephony' ? 'inbound or outbound.' : undefined} required={!everyModel}>{(control) => <Input {...control} maxLength={200} autoComplete="off" spellCheck={false} disabled={everyModel} placeholder={everyModel ? 'Every one' : 'gpt-5-mini'} value={everyModel ? '' : modelName} onChange={(event) => setModelName(event.target.value)} />}</Field>
          </div>
        </>
      )}
      {!price && <Checkbox label={known ? `The same for every model of ${known.provider}` : 'For every model of this provider'} hint="A price of one model goes before it." checked={everyModel} onChange={setEveryModel} />}
      <fieldset className="grid gap-5 sm:grid-cols-2">
        <legend className="mb-3 w-full border-t border-line pt-4 text-[0.8125rem] text-ink-2">In US dollars</legend>
        {parts.map(({ name, label, hint, optional }) => (
          <Field key={name} label={label} aside={optional ? 'Optional' : undefined} hint={hint} error={errors[name]} required={!optional}>
            {(control) => <Input {...control} type="number" inputMode="decimal" min={0} step="any" autoComplete="off" className="tabular" value={typed[name] ?? ''} onChange={(event) => setTyped({ ...typed, [name]: event.target.value })} />}
          </Field>
        ))}
      </fieldset>
    </FormDialog>
  );
}
