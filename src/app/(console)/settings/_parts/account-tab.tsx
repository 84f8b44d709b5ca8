'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { UserX } from 'lucide-react';
import { useState } from 'react';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { useTRPC } from '../../../_lib/trpc';
import { Card } from '../../../_ui/card';
import { Field } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { PasswordInput } from '../../../_ui/password-input';
import { RoleBadge } from '../../../_ui/role-badge';
import { SettingsCard, SettingsForm } from '../../../_ui/settings-card';
import { EmptyState } from '../../../_ui/states';
import { useToasts } from '../../../_ui/toast';
import { useMe } from '../../_shell/use-me';
import { SignInsCard } from './sign-ins-card';

export function AccountTab() {
  const me = useMe();
  if (me.kind !== 'user') {
    return <Card><EmptyState icon={UserX} title="Nobody is signed in">This network is let in without a sign-in, so there is no account here.</EmptyState></Card>;
  }
  return (
    <div className="space-y-5">
      <NameForm key={me.name} />
      {me.has_password ? <PasswordForm /> : <SettingsCard title="Password"><p className="text-ink-2">You sign in through single sign-on and have no password here.</p></SettingsCard>}
      <SignInsCard />
    </div>
  );
}

function NameForm() {
  const me = useMe();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const [name, setName] = useState(me.name);
  const update = useMutation(trpc.me.update.mutationOptions({
    onSuccess: async () => { toasts.done('Saved.'); await queryClient.invalidateQueries({ queryKey: trpc.me.get.queryKey() }); },
  }));
  return (
    <SettingsForm title="You" description={<span className="flex flex-wrap items-center gap-2"><span className="break-all">{me.label}</span><RoleBadge role={me.role} /></span>} busy={update.isPending} changed={name.trim() !== me.name && name.trim() !== ''} problem={formError(update.error, ['name'])} onSubmit={() => update.mutate({ name: name.trim() })}>
      <Field label="Name" error={fieldErrors(update.error).name} hint="What colleagues see beside what you do." required>
        {(control) => <Input {...control} value={name} maxLength={100} autoComplete="name" onChange={(event) => setName(event.target.value)} />}
      </Field>
    </SettingsForm>
  );
}

function PasswordForm() {
  const me = useMe();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const change = useMutation(trpc.me.changePassword.mutationOptions({
    onSuccess: async () => { toasts.done('Your password was changed, and every other sign-in of yours ended.'); await queryClient.invalidateQueries({ queryKey: trpc.me.signIns.queryKey() }); },
  }));
  const errors = fieldErrors(change.error);
  return (
    <SettingsForm
      title="Password"
      description="Changing it ends every sign-in of yours but this one."
      action="Change password"
      busy={change.isPending}
      problem={formError(change.error, ['current_password', 'new_password'])}
      onSubmit={(form, element) => change.mutate({ current_password: String(form.get('current_password')), new_password: String(form.get('new_password')) }, { onSuccess: () => element.reset() })}
    >
      <input type="hidden" name="username" autoComplete="username" value={me.label} readOnly />
      <Field label="Current password" error={errors.current_password} required>
        {(control) => <PasswordInput {...control} name="current_password" autoComplete="current-password" />}
      </Field>
      <Field label="New password" error={errors.new_password} hint="At least 10 characters. A few words in a row are easy to keep." required>
        {(control) => <PasswordInput {...control} name="new_password" autoComplete="new-password" minLength={10} />}
      </Field>
    </SettingsForm>
  );
}
