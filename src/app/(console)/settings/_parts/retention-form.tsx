'use client';

import { useState } from 'react';
import { LONGEST_RETENTION_DAYS, type Workspace } from '@/server/workspaces/contract';
import { fieldErrors, formError } from '../../../_lib/field-errors';
import { plural } from '../../../_lib/format';
import { RadioCards } from '../../../_ui/choice';
import { Confirm } from '../../../_ui/confirm';
import { Field } from '../../../_ui/field';
import { Input } from '../../../_ui/input';
import { SettingsForm } from '../../../_ui/settings-card';
import { useUpdateWorkspace } from './use-update-workspace';

const USUAL_DAYS = '90';

export function RetentionForm({ workspace }: { workspace: Workspace }) {
  const kept = workspace.retention_days;
  const [mode, setMode] = useState<'keep' | 'delete'>(kept === null ? 'keep' : 'delete');
  const [days, setDays] = useState(kept === null ? USUAL_DAYS : String(kept));
  const [asking, setAsking] = useState(false);
  const update = useUpdateWorkspace();
  const wanted = mode === 'keep' ? null : Number(days);
  const deletesMore = wanted !== null && (kept === null || wanted < kept);
  const save = () => update.mutate({ retention_days: wanted }, { onSettled: () => setAsking(false) });
  return (
    <>
      <SettingsForm
        title="Retention"
        description="How long conversations are kept after they ended."
        busy={update.isPending}
        changed={wanted !== kept}
        problem={formError(update.error, ['retention_days'])}
        onSubmit={() => { if (deletesMore) setAsking(true); else save(); }}
      >
        <RadioCards
          label="Retention"
          value={mode}
          onChange={setMode}
          options={[
            { value: 'keep', label: 'Keep everything', hint: 'Until somebody deletes it.' },
            { value: 'delete', label: 'Delete after some days', hint: 'Checked every hour. Deleted is deleted: there is no bin.' },
          ]}
        />
        {mode === 'delete' && (
          <Field label="Days" error={fieldErrors(update.error).retention_days} hint="Counted from the last change of a conversation that has ended. Its transcript, tool calls and timings go; the figures of what it used stay, without words. A live conversation is never deleted." required>
            {(control) => <Input {...control} type="number" inputMode="numeric" min={1} max={LONGEST_RETENTION_DAYS} step={1} value={days} onChange={(event) => setDays(event.target.value)} className="tabular w-32" />}
          </Field>
        )}
      </SettingsForm>
      <Confirm open={asking} onOpenChange={setAsking} title={`Delete conversations after ${plural(wanted ?? 0, 'day')}?`} action="Save and delete" busy={update.isPending} onConfirm={save}>
        <p>Within the hour, every conversation that ended more than {plural(wanted ?? 0, 'day')} ago is deleted for good.</p>
      </Confirm>
    </>
  );
}
