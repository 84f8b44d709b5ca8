'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { User } from '@/server/people/contract';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { useTRPC } from '../../../_lib/trpc';
import { FormDialog } from '../../../_ui/dialog';
import { Field } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { ROLE_WORDS } from '../../../_ui/role-badge';
import { useToasts } from '../../../_ui/toast';
import { useMe } from '../../_shell/use-me';
import { RoleSelect } from './role-select';

/** Name and role of a member. Mounted anew for each. */
export function EditMemberDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const me = useMe();
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const [role, setRole] = useState(user.role);
  const update = useMutation(trpc.users.update.mutationOptions({
    onSuccess: async () => {
      toasts.done(`Saved ${user.name || user.email}.`);
      onClose();
      await Promise.all([queryClient.invalidateQueries({ queryKey: trpc.users.list.queryKey() }), ...(user.is_me ? [queryClient.invalidateQueries({ queryKey: trpc.me.get.queryKey() })] : [])]);
    },
  }));
  const errors = fieldErrors(update.error);
  return (
    <FormDialog
      open
      onOpenChange={(open) => { if (!open) onClose(); }}
      title={`Edit ${user.name || user.email}`}
      description={user.name ? user.email : undefined}
      action="Save"
      busy={update.isPending}
      problem={formError(update.error, ['name', 'role'])}
      onSubmit={(form) => {
        const name = String(form.get('name')).trim();
        update.mutate({ user_id: user.id, ...(name !== user.name ? { name } : {}), ...(role !== user.role ? { role } : {}) });
      }}
    >
      <Field label="Name" error={errors.name} required={user.name !== ''}>
        {(control) => <Input {...control} name="name" defaultValue={user.name} maxLength={100} autoComplete="off" />}
      </Field>
      <Field label="Role" error={errors.role} hint={user.is_me && role !== user.role ? 'This is your own role: you may not be able to take it back yourself.' : ROLE_WORDS[role].hint}>
        {(control) => <RoleSelect control={control} value={role} mine={me.role} onChange={setRole} />}
      </Field>
    </FormDialog>
  );
}
