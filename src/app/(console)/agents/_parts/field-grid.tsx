'use client';

import type { FieldDefinition } from '@/server/agents/contract';
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

/** Whether it takes the whole width. */
const isWide = (definition: FieldDefinition): boolean => definition.type === 'boolean' || definition.type === 'textarea';

/** Fields two by two, those that take the whole width after them. */
export function FieldGrid({ fields, values, errors, prefix, alias, disabled, onChange }: FieldGridProps) {
  const entries = Object.entries(fields).toSorted(([, a], [, b]) => Number(isWide(a)) - Number(isWide(b)));
  if (entries.length === 0) return null;
  return (
    <div className="grid items-start gap-5 sm:grid-cols-2">
      {entries.map(([name, definition]) => (
        <div key={name} className={isWide(definition) || entries.length === 1 ? 'sm:col-span-2' : undefined}>
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
