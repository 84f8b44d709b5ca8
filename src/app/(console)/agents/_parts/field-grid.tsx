'use client';

import type { FieldValues, Fields } from '../_lib/agent-form';
import { ProviderField } from './provider-field';

interface FieldGridProps {
  fields: Fields;
  values: FieldValues;
  errors: Record<string, string>;
  /** Refusals name a field as `prefix.name`, or by its alias. */
  prefix: string;
  alias?: Record<string, string> | undefined;
  disabled: boolean;
  onChange: (values: FieldValues) => void;
}

/** Fields two by two; switches and long texts take the whole width. */
export function FieldGrid({ fields, values, errors, prefix, alias, disabled, onChange }: FieldGridProps) {
  const entries = Object.entries(fields);
  if (entries.length === 0) return null;
  return (
    <div className="grid items-start gap-5 sm:grid-cols-2">
      {entries.map(([name, definition]) => (
        <div key={name} className={definition.type === 'boolean' || definition.type === 'textarea' || entries.length === 1 ? 'sm:col-span-2' : undefined}>
          <ProviderField
            definition={definition} value={values[name]} disabled={disabled}
            error={errors[`${prefix}.${name}`] ?? (alias?.[name] === undefined ? undefined : errors[alias[name]])}
            onChange={(value) => onChange({ ...values, [name]: value })}
          />
        </div>
      ))}
    </div>
  );
}
