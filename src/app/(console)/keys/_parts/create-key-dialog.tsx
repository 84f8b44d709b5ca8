'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ApiKey } from '@/server/keys/contract';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { hasRole } from '../../../_lib/roles';
import { useTRPC } from '../../../_lib/trpc';
import { Button } from '../../../_ui/button';
import { Checkbox, RadioCards } from '../../../_ui/choice';
import { Dialog, FormDialog } from '../../../_ui/dialog';
import { Field, FieldGroup } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { ROLE_NAMES, ROLE_WORDS, type RoleName } from '../../../_ui/role-badge';
import { CodeBlock, SecretBox } from '../../../_ui/secret-box';
import { Select } from '../../../_ui/select';
import { narrowScopes, tryIt } from './scope-words';

type Scope = ApiKey['scopes'][number];

const LIFETIMES = [
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'date', label: 'On a day…' },
  { value: 'never', label: 'Never', hint: 'It works until somebody revokes it.' },
] as const;
type Lifetime = (typeof LIFETIMES)[number]['value'];

const DAY_MS = 86_400_000;

/** The end of the chosen day where the person is, or so many days from now. */
function expiryOf(lifetime: Lifetime, day: string): string | null {
  if (lifetime === 'never') return null;
  if (lifetime === 'date') return new Date(`${day}T23:59:59`).toISOString();
  return new Date(Date.now() + Number(lifetime) * DAY_MS).toISOString();
}

export function CreateKeyDialog({ open, onOpenChange, mine }: { open: boolean; onOpenChange: (open: boolean) => void; mine: RoleName }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const create = useMutation(trpc.keys.create.mutationOptions({ onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.keys.list.queryKey() }) }));
  const [role, setRole] = useState<RoleName>(hasRole(mine, 'operator') ? 'operator' : mine);
  const [whole, setWhole] = useState<'all' | 'some'>('all');
  const [some, setSome] = useState<Scope[]>([]);
  const [lifetime, setLifetime] = useState<Lifetime>('90');
  const [day, setDay] = useState('');
  const errors = fieldErrors(create.error);

  const close = (next: boolean) => {
    onOpenChange(next);
    if (!next) { create.reset(); setWhole('all'); setSome([]); setLifetime('90'); setDay(''); }
  };

  if (create.data) {
    return (
      <Dialog open={open} onOpenChange={close} sticky title="The key is ready" description="Copy it now: Parley keeps only a fingerprint and cannot show it again." footer={<Button variant="primary" onClick={() => close(false)}>Done</Button>}>
        <div className="space-y-4">
          <SecretBox label={create.data.name} value={create.data.key} />
          <CodeBlock label="Try it" code={tryIt(window.location.origin, create.data.key, create.data.scopes)} />
        </div>
      </Dialog>
    );
  }
  return (
    <FormDialog
      open={open}
      onOpenChange={close}
      title="New API key"
      description="For programs, scripts and devices that call Parley."
      action="Create key"
      busy={create.isPending}
      disabled={whole === 'some' && some.length === 0}
      problem={formError(create.error, ['name', 'role', 'scopes', 'expires_at'])}
      onSubmit={(form) => create.mutate({ name: String(form.get('name')), role, scopes: whole === 'all' ? ['*'] : some, expires_at: expiryOf(lifetime, day) })}
    >
      <Field label="Name" error={errors.name} hint="What will use it, so that you know later which one to revoke." required>
        {(control) => <Input {...control} name="name" maxLength={100} placeholder="Front desk integration" autoComplete="off" />}
      </Field>
      <Field label="Role" error={errors.role} hint={ROLE_WORDS[role].hint}>
        {(control) => (
          <Select id={control.id} aria-describedby={control['aria-describedby']} label="Role" className="w-full" value={role} onChange={setRole} options={ROLE_NAMES.filter((one) => hasRole(mine, one)).map((one) => ({ value: one, ...ROLE_WORDS[one] }))} />
        )}
      </Field>
      <FieldGroup legend="What it opens" error={errors.scopes}>
        <RadioCards
          label="What it opens"
          value={whole}
          onChange={setWhole}
          options={[
            { value: 'all', label: 'Everything its role may do', hint: 'For your own back end.' },
            { value: 'some', label: 'Only some of it', hint: 'For what should not be able to do more than it needs.' },
          ]}
        />
        {whole === 'some' && (
          <div className="mt-3 grid gap-2.5 pl-1">
            {narrowScopes.map(([scope, words]) => (
              <Checkbox key={scope} label={words.label} hint={words.hint} checked={some.includes(scope)} onChange={(checked) => setSome(checked ? [...some, scope] : some.filter((one) => one !== scope))} />
            ))}
          </div>
        )}
      </FieldGroup>
      <Field label="Stops working" error={errors.expires_at}>
        {(control) => <Select id={control.id} label="Stops working" className="w-full" value={lifetime} onChange={setLifetime} options={[...LIFETIMES]} />}
      </Field>
      {lifetime === 'date' && (
        <Field label="Last day" required>
          {(control) => <Input {...control} type="date" min={new Date().toISOString().slice(0, 10)} value={day} onChange={(event) => setDay(event.target.value)} />}
        </Field>
      )}
    </FormDialog>
  );
}
