'use client';

import { useMutation } from '@tanstack/react-query';
import { fieldErrors, formError } from '../../_lib/field-errors';
import { useTRPC } from '../../_lib/trpc';
import { FormDialog } from '../../_ui/dialog';
import { Field } from '../../_ui/field';
import { Input } from '../../_ui/input';

/** Makes a workspace and goes there. */
export function NewWorkspaceDialog({ open, onOpenChange, onDone }: { open: boolean; onOpenChange: (open: boolean) => void; onDone: () => void }) {
  const trpc = useTRPC();
  const go = useMutation(trpc.workspaces.switch.mutationOptions({ onSuccess: onDone }));
  const create = useMutation(trpc.workspaces.create.mutationOptions({ onSuccess: ({ id }) => go.mutate({ workspace_id: id }) }));
  const error = create.error ?? go.error;
  return (
    <FormDialog
      open={open} onOpenChange={onOpenChange} size="sm" title="New workspace" action="Create and open"
      description="Its own people, agents, devices and conversations: nothing of another workspace is seen in it."
      busy={create.isPending || go.isPending || go.isSuccess} problem={formError(error, ['name'])} onSubmit={(form) => create.mutate({ name: String(form.get('name')) })}
    >
      <Field label="Name" error={fieldErrors(error).name} required>{(control) => <Input {...control} name="name" maxLength={100} autoFocus autoComplete="off" />}</Field>
    </FormDialog>
  );
}
