'use client';

import { useQuery } from '@tanstack/react-query';
import type { Agent } from '@/server/agents/contract';
import { useTRPC } from '../../../_lib/trpc';
import { Checkbox, RadioCards } from '../../../_ui/choice';
import { Notice, Skeleton } from '../../../_ui/states';

const MOST_USERS = 200;

interface AccessFieldsProps {
  agent: Agent;
  value: string[] | null;
  error: string | undefined;
  disabled: boolean;
  onChange: (value: string[] | null) => void;
}

/** Everybody, or some; admins and owners always. */
export function AccessFields({ agent, value, error, disabled, onChange }: AccessFieldsProps) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 font-medium">Who may use it</legend>
      <RadioCards
        label="Who may use it"
        className="sm:grid-cols-2"
        value={value === null ? 'all' : 'some'}
        onChange={(next) => onChange(next === 'all' ? null : (agent.allowed_user_ids ?? []))}
        options={[
          { value: 'all', label: 'Everybody', hint: 'Every member, key and device of the workspace.', disabled },
          { value: 'some', label: 'Chosen people', hint: agent.is_default ? 'Not for the default agent: it answers everybody.' : 'Besides admins and owners, who always may.', disabled: disabled || agent.is_default },
        ]}
      />
      {error && <p role="alert" className="mt-1.5 text-[0.8125rem] text-danger">{error}</p>}
      {value !== null && !disabled && <People value={value} onChange={onChange} />}
    </fieldset>
  );
}

function People({ value, onChange }: { value: string[]; onChange: (value: string[]) => void }) {
  const trpc = useTRPC();
  const users = useQuery(trpc.users.list.queryOptions({ limit: MOST_USERS }));
  if (users.error) return <div className="mt-3"><Notice tone="danger">The people of this workspace cannot be read: {users.error.message}</Notice></div>;
  if (!users.data) return <Skeleton className="mt-3 h-16 w-full" />;
  const choosable = users.data.users.filter(({ role }) => role === 'viewer' || role === 'operator');
  if (choosable.length === 0) return <p className="mt-3 text-[0.8125rem] text-ink-3">Everybody in this workspace is an admin or owner and may use it anyway.</p>;
  return (
    <ul className="mt-3 grid max-h-72 gap-3 overflow-y-auto rounded-lg border border-line p-3.5 sm:grid-cols-2">
      {choosable.map((user) => (
        <li key={user.id}>
          <Checkbox
            label={user.name || user.email} hint={user.name ? user.email : undefined}
            checked={value.includes(user.id)} onChange={(checked) => onChange(checked ? [...value, user.id] : value.filter((id) => id !== user.id))}
          />
        </li>
      ))}
    </ul>
  );
}
