'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { formatDateTime } from '../../../_lib/format';
import { useTRPC } from '../../../_lib/trpc';
import { Button } from '../../../_ui/button';
import { Dialog, FormDialog } from '../../../_ui/dialog';
import { Field } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { ROLE_WORDS, type RoleName } from '../../../_ui/role-badge';
import { SecretBox } from '../../../_ui/secret-box';
import { useMe } from '../../_shell/use-me';
import { RoleSelect } from './role-select';

export function InviteDialog({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const me = useMe();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [role, setRole] = useState<RoleName>('operator');
  const invite = useMutation(trpc.invitations.create.mutationOptions({ onSuccess: () => queryClient.invalidateQueries({ queryKey: trpc.invitations.list.queryKey() }) }));
  const close = (next: boolean) => {
    onOpenChange(next);
    if (!next) invite.reset();
  };
  if (invite.data) {
    const { invitation, url } = invite.data;
    return (
      <Dialog open={open} onOpenChange={close} sticky title={`Invitation for ${invitation.email}`} description="Parley sends no e-mail: hand this link over yourself. It is shown this once." footer={<Button variant="primary" onClick={() => close(false)}>Done</Button>}>
        <SecretBox label="Invitation link" value={url} note={<>Works once, until {formatDateTime(new Date(invitation.expires_at))}. Whoever opens it becomes {ROLE_WORDS[invitation.role].label.toLowerCase()}.</>} />
      </Dialog>
    );
  }
  const errors = fieldErrors(invite.error);
  return (
    <FormDialog
      open={open}
      onOpenChange={close}
      title="Invite somebody"
      description="You get a link to hand over."
      action="Create link"
      busy={invite.isPending}
      problem={formError(invite.error, ['email', 'role'])}
      onSubmit={(form) => invite.mutate({ email: String(form.get('email')), role })}
    >
      <Field label="E-mail" error={errors.email} hint="An earlier invitation to the same address stops working." required>
        {(control) => <Input {...control} name="email" type="email" autoComplete="off" placeholder="name@example.com" />}
      </Field>
      <Field label="Role" error={errors.role} hint={ROLE_WORDS[role].hint}>
        {(control) => <RoleSelect control={control} value={role} mine={me.role} onChange={setRole} />}
      </Field>
    </FormDialog>
  );
}
