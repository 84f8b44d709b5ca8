'use client';

import Link from 'next/link';
import type { AvailableProviders } from '@/server/agents/contract';
import { Field } from '../../../_ui/field';
import { Select } from '../../../_ui/select';
import { Notice } from '../../../_ui/states';
import { fieldsOf, initialValues, type FieldValues } from '../_lib/agent-form';
import { FieldGrid } from './field-grid';

interface ProviderSectionProps {
  type: 'llm' | 'stt' | 'tts';
  label: string;
  providers: AvailableProviders;
  provider: string;
  values: FieldValues;
  /** As it is stored: choosing it again brings its settings back. */
  stored: { provider: string; values: FieldValues };
  /** A first entry that is no provider, with the value ''. */
  none?: { label: string; hint?: string } | undefined;
  /** Whose fields are shown while '' is chosen. */
  noneProvider?: string | undefined;
  errors: Record<string, string>;
  disabled: boolean;
  onChange: (provider: string, values: FieldValues) => void;
}

/** Radix' menu has no empty value. */
const NONE = 'none';

/** A provider and the settings that it has. */
export function ProviderSection({ type, label, providers, provider, values, stored, none, noneProvider, errors, disabled, onChange }: ProviderSectionProps) {
  const listed = providers[type].providers;
  const chosen = listed.find(({ value }) => value === provider);
  const fields = Object.fromEntries(Object.entries(fieldsOf(providers, type, provider || (noneProvider ?? ''))).filter(([name]) => provider !== '' || name !== 'model'));
  const missing = provider === '' ? null : chosen ? chosen.missing : 'a client for it: nothing here speaks its protocol';
  const choose = (next: string) => {
    const value = next === NONE ? '' : next;
    if (value !== provider) onChange(value, value === stored.provider ? stored.values : initialValues(fieldsOf(providers, type, value)));
  };
  return (
    <div className="space-y-5">
      <Field label={label} error={errors[`${type}_provider`]}>
        {() => (
          <Select
            label={label} className="w-full" disabled={disabled} value={provider || NONE} onChange={choose}
            options={[
              ...(none ? [{ value: NONE, ...none }] : []),
              ...listed.map((one) => ({ value: one.value, label: one.label, ...(one.missing === null ? {} : { hint: `Needs ${one.missing}` }) })),
              ...(provider && !chosen ? [{ value: provider, label: provider, hint: 'Kept, but cannot be used here' }] : []),
            ]}
          />
        )}
      </Field>
      {missing !== null && (
        <Notice tone="warn">
          {chosen?.label ?? provider} cannot be used yet. It needs {missing}.
          {type === 'llm' && chosen && <> A key can be added in the <Link href="/settings/providers" className="font-medium underline underline-offset-2">settings</Link>.</>}
        </Notice>
      )}
      <FieldGrid fields={fields} values={values} errors={errors} prefix={`${type}_config`} alias={type === 'llm' ? { model: 'model' } : undefined} disabled={disabled} onChange={(next) => onChange(provider, next)} />
    </div>
  );
}
