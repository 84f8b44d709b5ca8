'use client';

import { Select, type SelectOption } from './select';

/** The menu has no empty value. */
const ANY = 'any';

interface FilterSelectProps {
  label: string;
  /** What stands there while nothing is chosen: "Any role". */
  any: string;
  value: string | undefined;
  options: SelectOption<string>[];
  onChange: (value: string | undefined) => void;
  className?: string;
}

/** Narrows a list by one property. */
export const FilterSelect = ({ label, any, value, options, onChange, className = 'grow sm:w-40 sm:grow-0' }: FilterSelectProps) => (
  <Select
    label={label}
    className={className}
    value={value ?? ANY}
    onChange={(next) => onChange(next === ANY ? undefined : next)}
    options={[{ value: ANY, label: any }, ...options]}
  />
);
