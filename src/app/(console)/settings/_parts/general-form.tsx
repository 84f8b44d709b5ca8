'use client';

import { useMemo, useState } from 'react';
import type { Workspace } from '@/server/workspaces/contract';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { Combobox } from '../../../_ui/combobox';
import { Field } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { SettingsForm } from '../../../_ui/settings-card';
import { timeZoneOptions } from './time-zones';
import { useUpdateWorkspace } from './use-update-workspace';

export function GeneralForm({ workspace }: { workspace: Workspace }) {
  const [name, setName] = useState(workspace.name);
  const [timeZone, setTimeZone] = useState(workspace.time_zone);
  const zones = useMemo(() => timeZoneOptions(workspace.time_zone), [workspace.time_zone]);
  const update = useUpdateWorkspace();
  const errors = fieldErrors(update.error);
  return (
    <SettingsForm
      title="General"
      description="What this workspace is called, and what time it is there."
      busy={update.isPending}
      changed={name.trim() !== workspace.name || timeZone !== workspace.time_zone}
      problem={formError(update.error, ['name', 'time_zone'])}
      onSubmit={() => update.mutate({ name: name.trim(), time_zone: timeZone })}
    >
      <Field label="Name" error={errors.name} required>
        {(control) => <Input {...control} value={name} maxLength={100} onChange={(event) => setName(event.target.value)} />}
      </Field>
      <Field label="Time zone" error={errors.time_zone} hint="Agents tell the time in it unless they are asked for another, and schedules follow it.">
        {({ required: _, ...control }) => <Combobox {...control} label="Time zone" value={timeZone} options={zones} onChange={setTimeZone} placeholder="Search a city or region" empty="No such time zone" />}
      </Field>
    </SettingsForm>
  );
}
