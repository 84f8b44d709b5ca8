'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Device, DeviceWithToken } from '@/server/devices/contract';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { useTRPC } from '../../../_lib/trpc';
import { FormDialog } from '../../../_ui/dialog';
import { Field } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { Select } from '../../../_ui/select';
import { useToasts } from '../../../_ui/toast';

/** The menu has no empty value. */
const DEFAULT_AGENT = 'default';

interface DeviceFormDialogProps {
  /** Absent for a new one. */
  device?: Device;
  onClose: () => void;
  onCreated: (device: DeviceWithToken) => void;
}

/** Name and agent of a device. Mounted anew for each. */
export function DeviceFormDialog({ device, onClose, onCreated }: DeviceFormDialogProps) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const toasts = useToasts();
  const agents = useQuery(trpc.agents.list.queryOptions({}));
  const [agentId, setAgentId] = useState<string | null>(device?.agent_id ?? null);
  const renew = () => queryClient.invalidateQueries({ queryKey: trpc.devices.list.queryKey() });
  const create = useMutation(trpc.devices.create.mutationOptions({ onSuccess: async (made) => { onCreated(made); await renew(); } }));
  const update = useMutation(trpc.devices.update.mutationOptions({
    onSuccess: async (saved) => { toasts.done(saved.online ? `Saved ${saved.name}. It keeps its agent until its session ends.` : `Saved ${saved.name}.`); onClose(); await renew(); },
  }));
  const error = device ? update.error : create.error;
  const errors = fieldErrors(error);
  return (
    <FormDialog
      open
      onOpenChange={(open) => { if (!open) onClose(); }}
      title={device ? `Edit ${device.name}` : 'New device'}
      description={device ? undefined : 'It gets a token of its own, with which it can talk and nothing else.'}
      action={device ? 'Save' : 'Create device'}
      busy={create.isPending || update.isPending}
      problem={formError(error, ['name', 'agent_id'])}
      onSubmit={(form) => {
        const name = String(form.get('name'));
        if (device) update.mutate({ device_id: device.id, name, agent_id: agentId });
        else create.mutate({ name, agent_id: agentId });
      }}
    >
      <Field label="Name" error={errors.name} hint="Where it stands or what it is; conversations show it as their caller." required>
        {(control) => <Input {...control} name="name" defaultValue={device?.name} maxLength={100} placeholder="Kitchen" autoComplete="off" />}
      </Field>
      <Field label="Agent" error={errors.agent_id} hint="Who answers this device.">
        {(control) => (
          <Select
            id={control.id}
            aria-describedby={control['aria-describedby']}
            label="Agent"
            className="w-full"
            disabled={!agents.data}
            value={agentId ?? DEFAULT_AGENT}
            onChange={(value) => setAgentId(value === DEFAULT_AGENT ? null : value)}
            options={[{ value: DEFAULT_AGENT, label: 'The default agent', hint: 'Whichever it is at the time.' }, ...(agents.data ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
          />
        )}
      </Field>
    </FormDialog>
  );
}
