'use client';

import type { FieldDefinition } from '@/server/agents/contract';
import { Switch } from '../../../_ui/choice';
import { Field } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { Select } from '../../../_ui/select';
import { Textarea } from '../../../_ui/textarea';
import type { FieldValue } from '../_lib/agent-form';

/** Radix' menu has no empty value. */
const DEFAULT = 'default';

interface ProviderFieldProps {
  definition: FieldDefinition;
  value: FieldValue;
  error: string | undefined;
  disabled: boolean;
  onChange: (value: FieldValue) => void;
}

/** With a minus sign, not a hyphen. */
const shown = (value: number): string => value.toLocaleString('en').replace('-', '−');

/** One field as its definition says: what is drawn here is what the server checks. */
export function ProviderField({ definition, value, error, disabled, onChange }: ProviderFieldProps) {
  const { type, label, description, required, default: preset, min, max, step, options } = definition;
  const presetLabel = options?.find((option) => option.value === preset)?.label ?? preset;
  if (type === 'boolean') {
    const on = typeof value === 'boolean' ? value : preset === true;
    return (
      <div className="flex items-start justify-between gap-4">
        <div><p className="font-medium">{label}</p>{description && <p className="mt-0.5 text-[0.8125rem] text-ink-3">{description}</p>}</div>
        <Switch label={label} checked={on} disabled={disabled} onChange={onChange} />
      </div>
    );
  }
  const range = type === 'number' && min !== undefined && max !== undefined ? `${shown(min)} to ${shown(max)}` : undefined;
  return (
    <Field label={label} hint={description} error={error} aside={range ?? (required ? undefined : 'Optional')}>
      {(control) => {
        if (type === 'select') {
          return (
            <Select
              label={label} className="w-full" disabled={disabled}
              value={typeof value === 'string' ? value : DEFAULT}
              onChange={(next) => onChange(next === DEFAULT ? undefined : next)}
              options={[...(required ? [] : [{ value: DEFAULT, label: presetLabel === undefined ? 'Default' : `Default: ${presetLabel}` }]), ...(options ?? [])]}
            />
          );
        }
        if (type === 'textarea') return <Textarea {...control} disabled={disabled} maxLength={max} value={typeof value === 'string' ? value : ''} onChange={(event) => onChange(event.target.value || undefined)} />;
        if (type === 'number') {
          return (
            <Input
              {...control} type="number" inputMode="decimal" disabled={disabled} min={min} max={max} step={step ?? 'any'} className="tabular"
              placeholder={preset === undefined ? 'The vendor’s own' : `${preset}`}
              value={typeof value === 'number' ? value : ''}
              onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.valueAsNumber)}
            />
          );
        }
        return <Input {...control} disabled={disabled} maxLength={max} spellCheck={false} placeholder={preset === undefined ? undefined : `${preset}`} value={typeof value === 'string' ? value : ''} onChange={(event) => onChange(event.target.value || undefined)} />;
      }}
    </Field>
  );
}
